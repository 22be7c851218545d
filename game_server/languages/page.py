"""The catalogues that the page fetches."""

from game_server.languages.catalogues import LANGUAGES, written
from game_server.languages.choice import ENGLISH


def files() -> dict[str, bytes]:
    """By the path below /static, such as words/de.json; English needs none."""
    return {f"words/{language}.json": written("page", language) for language in LANGUAGES if language != ENGLISH}
