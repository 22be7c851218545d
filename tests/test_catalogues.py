"""The words that people read stand in the catalogues, and every language that is shipped has all of them."""

from collections.abc import Iterator

import msgspec
import pytest

from game_server.languages import page
from game_server.languages.catalogues import LANGUAGES, catalogue
from game_server.languages.choice import of_account, of_header, of_tag
from game_server.web.notices import SENTENCES, notice
from rooms.characters import words
from tests.words import books, english, faults, javascript, spanish

PAGES = english.ROOT / "game_server" / "web"

NOT_SAID = {
    "api.js": {  # for programs: the page has a sentence for the code
        *("The server takes too long to answer.", "The server cannot be reached.", "That did not work."),
    },
    "ui/tongue.js": {"English", "Deutsch", "Español"},  # each in its own language
    "ui/share.js": {"Attuned", '<svg xmlns="http://www.w3.org/2000/svg"'},
    "ui/motion.js": {"(prefers-reduced-motion: reduce)"},
    "room/seats.js": {"your partner"},  # as a server calls whoever is gone
    "account/identity.js": {"attuned.join.", "attuned.draft."},
    "account/welcome.js": {"Attuned"},
    "room/sounds.js": {"soft bowl"},
    "survey/saving.js": {"answers."},
    "characters/words.js": {"OpenAI", "Flowise"},  # names
    "cards/words.js": {"your partner", "the one whose turn it is"},  # as the server knows them in what is typed
    "shell/exit.js": {"Lists"},  # a name
    "shell/look.js": {"Attuned", "Lists"},
    "shell/screen.js": {"Attuned", "Lists"},
    "shell/vault.js": {"attuned.sealed."},
}
"""What no catalogue needs, by module."""


def test_no_word_that_the_page_shows_stands_outside_of_the_catalogues():
    found = {}
    for module in sorted(english.MODULES.rglob("*.js")):
        name = module.relative_to(english.MODULES).as_posix()
        words = javascript.loose(javascript.tree(module.read_bytes()))
        if loose := [f"{one.line}: {one.text}" for one in words if one.text not in NOT_SAID.get(name, ())]:
            found[name] = loose
    assert found == {}


@pytest.mark.parametrize(("area", "language"), [(area, one) for area, all_ in books.SHIPPED.items() for one in all_])
def test_a_catalogue_says_all_that_is_said_and_nothing_else(area, language):
    assert faults.of(area, language) == []


@pytest.mark.parametrize("area", books.SHIPPED)
def test_two_people_are_ustedes_in_spanish_everywhere(area):
    said = [one for message in books.read(area, "es") if message.id for one in books.strings(message.string)]
    assert {one: found for one in said if (found := spanish.vosotros(one))} == {}


def test_presets_and_what_stands_in_for_a_character_say_ustedes_too():
    said = [*_spanish(msgspec.json.decode((english.ROOT / "game_server" / "characters" / "presets.json").read_bytes()))]
    said += [*_spanish({name: value for name, value in vars(words).items() if name.isupper()})]
    assert len(said) > 100
    assert {one: found for one in said if (found := spanish.vosotros(one))} == {}


def _spanish(value: object, language: str = "") -> Iterator[str]:
    match value:
        case dict():
            for key, one in value.items():
                yield from _spanish(one, key if key in LANGUAGES else language)
        case list():
            for one in value:
                yield from _spanish(one, language)
        case str() if language == "es":
            yield value


@pytest.mark.parametrize(
    "said",
    [
        *(
            "Lo que habéis acordado",
            "Todos vosotros",
            "Planeadlo de nuevo",
            "¿Cómo estáis?",
            "Lo que os decís",
            "Hablad antes",
        ),
        *("Tomaos un momento", "Tiempo para cuidaros", "Como acordasteis", "Cómo estabais", "Lo que dijisteis"),
    ],
)
def test_a_form_of_vosotros_is_seen(said):
    assert spanish.vosotros(said)


@pytest.mark.parametrize(
    "source",
    [
        'h("p", null, "Hello there");',
        'h("p", null, ready ? "yes" : null);',
        "h('p', { title: 'again' });",
        'notify("Link copied.");',
        'field("E-mail", { name: "email" });',
        "h('p', null, `${n} cards`);",
        'const WORDS = { name: "Please write a name." };',
        'const WORDS = ["One moment …"];',
    ],
)
def test_words_outside_of_a_catalogue_are_seen(source):
    assert [*javascript.loose(javascript.tree(source.encode()))]


@pytest.mark.parametrize(
    "source",
    [
        'h("p", { class: "card quiet", testid: "the-card" }, _("Hello there"));',
        'import { h } from "../ui/dom js";',
        'if (event.key === "Escape") close();',
        'throw new Error("No such place");',
        'h("p", null, ngettext("{n} card", "{n} cards", n));',
        'addEventListener("visibilitychange", () => {});',
    ],
)
def test_what_is_for_programs_is_no_word(source):
    assert [*javascript.loose(javascript.tree(source.encode()))] == []


def test_a_sentence_that_is_no_literal_cannot_be_found_for_the_catalogues():
    with pytest.raises(javascript.WrongCallError):
        [*javascript.said(javascript.tree(b"_(words);"))]


def test_a_sentence_is_filled_in_and_said_in_english_where_nobody_has_translated_it():
    german = catalogue("page", "de")
    assert german.say("Block {name}", name="Ana {n}") == "Ana {n} blockieren"
    assert german.say("What is not in it, {name}", name="Ana") == "What is not in it, Ana"
    assert catalogue("page", "en").say("Save") == "Save"


@pytest.mark.parametrize("name", SENTENCES)
def test_a_page_that_stands_for_itself_is_said_in_german(name):
    (english_page, german) = (notice(name, one) for one in ("en", "de"))
    assert english_page == (PAGES / name).read_text("utf-8")
    assert '<html lang="de">' in german
    assert [one for one in SENTENCES[name] if one not in english_page or one in german] == []


def test_the_page_fetches_the_catalogues_that_are_kept():
    assert {*page.files()} == {f"words/{one}.json" for one in LANGUAGES if one != "en"}
    german = msgspec.json.decode(page.files()["words/de.json"])
    assert german["Save"] == "Speichern"
    assert page.files()["words/de.json"] == books.as_json(books.read("page", "de"))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"), ("", "en"), ("*", "en"), ("fr", "en"), ("de", "de"), ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB, de;q=0.9", "en"), ("fr, es;q=0.5, de;q=0.7", "de"), ("de;q=0, es;q=0.1", "es"), ("DE", "de"),
        ("de;q=x, es;q=0.1", "es"), ("de;q=nan", "en"), ("," * 9000 + "de", "en"), ("es-419", "es"),
    ],
)  # fmt: skip
def test_a_header_chooses_the_language_that_it_likes_best_of_ours(header, language):
    assert of_header(header) == language


def test_a_language_that_a_newer_program_wrote_is_english_here():
    assert (of_account("pt-BR"), of_account("de"), of_tag("pt")) == ("en", "de", None)
