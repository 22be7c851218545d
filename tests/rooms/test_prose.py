"""How two people say it in plain prose: every limit is found in a dozen sentences a language, and a household names none."""

from pathlib import Path

import pytest

from rooms.activities import practices, taxonomy
from rooms.activities.lexicon import LANGUAGES, Finding, found, keys_of

DATA = Path(__file__).parents[1] / "data"


def headed(name: str) -> dict[str, list[str]]:
    """The sentences of a data file by their heading."""
    found: dict[str, list[str]] = {}
    for line in (DATA / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            sentences = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            sentences.append(line)
    return found


PROSE = headed("lexicon_prose.txt")
LIMITS = {heading: sentences for heading, sentences in PROSE.items() if not heading.startswith("innocent")}


def tags(findings: tuple[Finding, ...]) -> set[str]:
    """Boundaries, stems of preference keys, and the boundaries that these fall under."""
    limits = [finding for finding in findings if finding.kind in ("boundary", "preference")]
    keys = [key for finding in limits if finding.kind == "preference" for key in keys_of(finding.tag)]
    return {finding.tag for finding in limits}.union(*map(taxonomy.boundaries_of, keys))


def test_every_limit_has_a_dozen_sentences_in_every_language_that_is_read():
    expected = {
        f"{tag} {language}" for tag in (*taxonomy.BOUNDARY_KEYS, *practices.PREFERENCES) for language in LANGUAGES
    }
    assert set(LIMITS) == expected
    assert {heading: len(sentences) for heading, sentences in LIMITS.items() if len(sentences) < 12} == {}
    assert all(len(PROSE[f"innocent {language}"]) >= 60 for language in LANGUAGES)


@pytest.mark.parametrize("heading", LIMITS)
def test_a_limit_is_found_however_two_people_say_it(heading):
    tag, _, _ = heading.partition(" ")
    assert [text for text in LIMITS[heading] if tag not in tags(found(text))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_household_names_no_limit(language):
    sentences = PROSE[f"innocent {language}"]
    assert {text: tags(found(text)) for text in sentences if not tags(found(text)) <= {"massage"}} == {}
