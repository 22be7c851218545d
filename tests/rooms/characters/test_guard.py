"""What an AI says is let out sentence by sentence, and nothing gets past that somebody never wants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.activities import taxonomy
from rooms.bonds.limits import Limits, is_hit, said_in
from rooms.characters.guard import Guard, Said
from rooms.characters.obligations import asks_something
from rooms.characters.person import Person, limits_for
from rooms.characters.sentences import LONGEST, Sentences
from rooms.characters.words import NOTHING_TO_DO, OTHERWISE
from rooms.sessions.limits import Player

NOBODY = Person()
UNTIED = Person(limits=Limits(hard=frozenset({taxonomy.RESTRAIN, "restraints_receive", "restraints_give"})))


def said(text: str, person: Person = NOBODY, pieces: int = 1) -> list[Said]:
    guard = Guard(person, year=2026)
    found = [one for start in range(0, len(text), pieces) for one in guard.feed(text[start : start + pieces])]
    return found + guard.end()


def shown(found: list[Said]) -> str:
    return "".join(one.text for one in found)


class TestSentences:
    def cut(self, text: str) -> list[str]:
        sentences = Sentences()
        return [*sentences.feed(text), *sentences.end()]

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("Good evening. How are you?", 2),
            ("I know Dr. Weber, e.g. from work. Do you?", 2),
            ("It is 3.5 km. We walk.", 2),
            ("Am 3. Mai, z. B. um 5 Uhr, d.h. früh. Gut?", 2),
            ("La Sra. Ruiz vive aquí. ¿Sí?", 2),
            ("“Stay.” He smiles… And then! What?!", 4),
            ("One line\nand another\n\nand a third", 3),
            ("I did. You did.", 2),
            ("a" * 2500, 3),
            ("word " * 500, 3),
        ],
    )
    def test_end_where_one_ends(self, text, number):
        found = self.cut(text)
        assert len(found) == number, found
        assert "".join(found) == text

    @given(st.text(alphabet=".!? \nabÄ3…”", max_size=300), st.integers(1, 7))
    def test_are_the_same_in_whatever_pieces_they_come(self, text, size):
        sentences = Sentences()
        pieces = [one for start in range(0, len(text), size) for one in sentences.feed(text[start : start + size])]
        assert "".join([*pieces, *sentences.end()]) == text
        assert all(len(one) <= LONGEST + 50 for one in pieces)


class TestWhatIsSaid:
    def test_goes_out_as_it_is_with_each_sentence(self):
        text = "Good evening. I read by the window, and think of you… Shall we talk?\nAs you like."
        guard = Guard(NOBODY)
        assert shown(guard.feed(text[:16])) == "Good evening. "
        assert shown(said(text)) == text

    @given(st.integers(1, 9))
    def test_pieces_change_nothing(self, size):
        text = "Come in. I will tie your hands to the bed. It is warm here. See https://example.org now. She is 16."
        assert said(text, UNTIED, size) == said(text, UNTIED, 1000)

    def test_a_limit_is_replaced_by_one_sentence_and_said_as_a_code(self):
        found = said("Come in. I will tie your hands. Then I tie you up again. It is warm.", UNTIED)
        assert shown(found) == f"Come in. {OTHERWISE['en']} It is warm."
        assert [one.withheld for one in found] == [None, "limit", "limit", None]
        assert shown(said("I will tie your hands.")) == "I will tie your hands."

    def test_a_limit_is_not_even_named(self):
        for text in (
            "We will not use ropes or handcuffs.",
            "Ich fessle dich nicht.",
            "No t1e up today, no r-o-p-e-s for you.",
            "I 🅣🅘🅔 you up.",
        ):
            assert [one.withheld for one in said(text, UNTIED)] == ["limit"], text

    def test_a_limit_in_ones_own_words_counts(self):
        person = Person(limits=limits_for(Player(asked=True), named=("wax candles",)), named=("wax candles",))
        assert [one.withheld for one in said("I light the wax candles. I smile.", person)] == ["limit", None]

    def test_who_never_said_their_limits_has_all_of_them(self):
        person = Person(limits=limits_for(Player(asked=False)), was_asked=False)
        assert [one.withheld for one in said("I tie you up. I read to you.", person)] == ["limit", None]

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("She is seventeen. ", "minors"),
            ("Du bist eine Schülerin. ", "minors"),
            ("Eres una colegiala. ", "minors"),
            ("I go on even if you say no. ", "forbidden"),
            ("I rape you. ", "forbidden"),
            ("Ohne deine Einwilligung. ", "forbidden"),
            ("Take some cocaine with me. ", "forbidden"),
            ("Sigo aunque digas que no. ", "forbidden"),
            ("Sin tu consentimiento. ", "forbidden"),
            ("Hoy no hay palabra de seguridad. ", "forbidden"),
            ("She is ⓰. ", "minors"),
            ("She is s1xt33n. ", "minors"),
            ("Look at www.example.org for more. ", "address"),
            ("Write to me@example.org soon. ", "address"),
            ("Go to example.com now. ", "address"),
            ("Click [here](javascript:alert) please. ", "address"),
        ],
    )
    def test_what_is_never_said_to_anybody(self, text, why):
        found = said(f"Good evening. {text}I smile.")
        assert [one.withheld for one in found] == [None, why, None]
        assert shown(found) == f"Good evening. {OTHERWISE['en']} I smile."

    @pytest.mark.parametrize(
        ("boundary", "text"),
        [
            (taxonomy.IMPACT, "Te doy un azote en el trasero. "),
            (taxonomy.IMPACT, "Quiero morderte el cuello. "),
            (taxonomy.RESTRAIN, "Te ato las manos a la cama. "),
            (taxonomy.RESTRAIN, "Te vendo los ojos con un pañuelo. "),
            (taxonomy.BREATH, "Pongo mi mano en tu cuello. "),
            (taxonomy.BREATH, "Aguanta la respiración. "),
            (taxonomy.DEGRADE, "Arrodíllate ante mí. "),
            (taxonomy.PUBLIC, "Lo hacemos en público. "),
            (taxonomy.RECORD, "Te hago una foto. "),
            (taxonomy.ANAL, "Toco tu ano. "),
            (taxonomy.WATERSPORTS, "Una lluvia dorada. "),
        ],
    )
    def test_a_limit_is_one_in_spanish_too_and_holds_back_nothing_else(self, boundary, text):
        said_to = Person(language="es", limits=Limits(hard=frozenset({boundary})))
        found = said(f"Buenas noches. {text}Feliz año nuevo, sogar das Meer. Te amo.", said_to)
        assert [one.withheld for one in found] == [None, "limit", None, None]
        assert {one.withheld for one in said(text)} == {None}
        for practice in (key for key in taxonomy.PREFERENCE_KEYS if boundary in taxonomy.boundaries_of(key)):
            assert "limit" in {one.withheld for one in said(text, Person(limits=Limits(hard=frozenset({practice}))))}

    def test_what_is_cut_in_two_sentences_is_read_together(self):
        found = said("She is still only\nseventeen. I smile.")
        assert "minors" in [one.withheld for one in found]
        assert "seventeen" not in shown(found)

    @pytest.mark.parametrize(
        "text", ["I put my hand on your\nthroat and squeeze.", "I tie\nyou\nup.", "They c\nh\no\nk\ne\nyou."]
    )
    def test_a_limit_in_several_lines_is_one(self, text):
        person = Person(limits=Limits(hard=frozenset(taxonomy.BOUNDARY_KEYS)))
        assert "limit" in {one.withheld for one in said(text, person)}

    @pytest.mark.parametrize("blank", ["\u3164", "\u2800", "\u1160", "\u115f", "\uffa0"])
    def test_letters_that_cannot_be_seen_hide_nothing(self, blank):
        assert blank not in shown(said(f"Good{blank}evening."))
        found = said(f"She is a{blank}school{blank}girl.")
        assert [one.withheld for one in found] == ["minors"] or blank in "\u1160\u115f"
        if blank in "\u1160\u115f":
            assert said(f"She is a scho{blank}olgirl.")[0].withheld == "minors"

    def test_no_markup_passes(self):
        found = shown(said("<b>Good</b> **evening**, `you`. <script>alert(1)</script> # I _smile_ <3 at 2 < 3."))
        assert found == "Good evening, you. alert(1) # I smile ♥ at 2 3." or not set("<>*`_").intersection(found)
        assert not set("<>*`").intersection(found)

    def test_no_sign_passes_that_cannot_be_seen(self):
        assert shown(said("Good\u202e even\u200bing\x00.")) == "Good evening."

    @pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
    def test_our_sentence_is_in_their_language(self, language):
        found = said("She is 16.", Person(language=language))
        assert shown(found).strip() == OTHERWISE.get(language, OTHERWISE["en"])


class TestAPause:
    PAUSED = Person(state="paused")

    @pytest.mark.parametrize(
        "text",
        [
            "Your task for tonight is simple. ",
            "I want you to write to me tomorrow. ",
            "You must kneel. ",
            "Kneel. ",
            "Report to me by midnight. ",
            "Promise me. ",
            "Deine Aufgabe: Schreib mir heute. ",
            "Du sollst mir danken. ",
            "Knie dich hin. ",
            "Tienes que obedecer. ",
            "Tu tarea es sencilla. ",
            "Quiero que me escribas. ",
        ],
    )
    def test_drops_what_would_bind(self, text):
        assert shown(said(f"I am here. {text}Rest well.", self.PAUSED)) == "I am here. Rest well."
        assert shown(said(f"I am here. {text}Rest well.")) == f"I am here. {text}Rest well."

    @pytest.mark.parametrize(
        "text",
        [
            "You must rest now.", "You have to do nothing.", "I am here.", "Take your time.", "It was a long day for you.",
            "Du musst nichts tun.", "Schlaf gut.", "No tienes que hacer nada.", "Descansa.", "I want you to feel safe.",
        ],
    )  # fmt: skip
    def test_lets_company_through(self, text):
        assert not asks_something(text)
        assert shown(said(text, self.PAUSED)) == text

    def test_reads_a_line_on_into_the_next(self):
        person = Person(state="paused")
        assert "obligation" in {one.withheld for one in said("Here is your\ntask for today.", person)}

    def test_an_answer_that_was_nothing_else_says_so(self):
        assert shown(said("Kneel. Your task is to wait.", self.PAUSED)) == NOTHING_TO_DO["en"]


KEYS = [key for key in taxonomy.PREFERENCE_KEYS if key.endswith(("_receive", "_give"))]
TEXTS = st.lists(
    st.sampled_from(
        [
            "I spank you. ", "Spank me! ", "I tie your wrists. ", "Ich fessle dich. ", "Choke me. ", "I whisper in your ear. ",
            "A massage for your shoulders. ", "I bite your neck. ", "Beg for it. ", "Ich versohle dir den Hintern. ",
            "I slap you. ",
            "Good evening. ", "I lick you. ", "No safeword tonight. ", "She is fifteen. ", "Blindfold me. ",
        ]
    ),
    max_size=8,
).map("".join)  # fmt: skip


@given(TEXTS, st.frozensets(st.sampled_from(KEYS + list(taxonomy.BOUNDARY_KEYS)), max_size=6), st.integers(1, 40))
def test_nothing_that_is_let_out_touches_a_limit(text, hard, size):
    person = Person(limits=Limits(hard=hard))
    for one in said(text, person, size):
        if one.withheld is None:
            found = said_in((one.text,))
            assert not found.is_forbidden
            assert not is_hit(person.limits, found.keys, (one.text,))
            assert "fifteen" not in one.text
        else:
            assert one.text.strip() in ("", OTHERWISE["en"])
