"""Which of our languages somebody reads."""

from game_server.languages.catalogues import LANGUAGES, Language

ENGLISH: Language = "en"
MOST_RANGES = 32


def of_tag(tag: str) -> Language | None:
    """The language of a tag, whatever its region and script: de-AT is de; None for one that we have no words in."""
    first = tag.strip().partition("-")[0].lower()
    return next((one for one in LANGUAGES if one == first), None)


def of_header(header: str | None) -> Language:
    """What an Accept-Language likes best of ours (RFC 9110); English without one, and where it asks for others alone."""
    best, liked = ENGLISH, 0.0
    for one in (header or "").split(",")[:MOST_RANGES]:
        tag, _, parameter = one.partition(";")
        language, weight = of_tag(tag), _weight(parameter)
        if language is not None and weight > liked:
            best, liked = language, weight
    return best


def of_request(tag: str | None, header: str | None) -> Language:
    """What a request says itself (English where that is none of ours), else what its Accept-Language likes best."""
    return of_tag(tag) or ENGLISH if tag else of_header(header)


def of_account(language: str) -> Language:
    """What an account has; a newer program may have written one that this one does not know."""
    return of_tag(language) or ENGLISH


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if not name.strip():
        return 1.0
    try:
        return min(float(value), 1.0) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
