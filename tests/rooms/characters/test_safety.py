"""A safeword and a crisis end the play, and what people say in play does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.characters.person import Person, SafetyCard
from rooms.characters.safety import RESOURCES, Help, answer, asks_for_help

OWN = ("Lighthouse", "Ananas", "stop")


@pytest.mark.parametrize(
    "text",
    [
        "red", "RED!", "Red. Red.", "*stop*", "stop please", "safeword", "Safe word!", "yellow", "rot", "Gelb.",
        "stopp jetzt", "halt",
        "rojo", "¡Para!", "basta ya", "palabra de seguridad", "r e d", "I want to stop", "please stop this",
        "I need you to stop now",
        "I don't want this anymore", "this is too much", "ich will das nicht mehr", "hör auf damit", "das ist mir zu viel",
        "quiero parar", "no quiero seguir", "es demasiado", "lighthouse", "oh, Lighthouse please", "ANANAS", "ananas!!",
        "please stop", "please, stop", "Stop, please.", "I said stop", "stop it please", "no more", "I need a break", "aufhören",
        "Safeword: banana", "safeword banana!", "I mean it. SAFEWORD: banana. Now.", "Stoppwort: Ananas",
        "Sicherheitswort Ananas", "Palabra de seguridad: piña",
        "Bitte aufhören", "Schluss", "es reicht", "ich kann nicht mehr", "por favor para", "ya no puedo más", "I cant go on",
    ],
)  # fmt: skip
def test_a_safeword_is_one_in_any_language(text):
    assert asks_for_help(text, OWN) == Help("safeword")


@pytest.mark.parametrize(
    "text",
    [
        "I love your red dress", "don't stop telling me", "the traffic lights were red", "das rote Kleid", "un vestido rojo",
        "Good evening", "Tell me a story", "a stop on the way", "I want you to lead", "para mí está bien",
        "the houses of light", "",
        "Halt mich fest", "you could stop by tonight", "What is a safety card?", "What is a safeword?", "Safeword or colours?",
    ],
)  # fmt: skip
def test_what_is_said_every_day_is_none(text):
    assert asks_for_help(text, OWN) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to die", "self_harm"),
        ("sometimes I think of killing myself", "self_harm"),
        ("i don't want to live anymore", "self_harm"),
        ("I cut myself again", "self_harm"),
        ("s u i c i d e", "self_harm"),
        ("Ich will nicht mehr leben", "self_harm"),
        ("ich bringe mich um. Ich will mich umbringen", "self_harm"),
        ("ich ritze mich", "self_harm"),
        ("quiero morir", "self_harm"),
        ("no quiero vivir", "self_harm"),
        ("pienso en suicidarme", "self_harm"),
        ("i wanna die", "self_harm"),
        ("I dont want to live anymore", "self_harm"),
        ("I don\u2019t wanna be here anymore", "self_harm"),
        ("im gonna hang myself", "self_harm"),
        ("I'd rather be dead", "self_harm"),
        ("Ich bringe mich um", "self_harm"),
        ("ich nehme mir das Leben", "self_harm"),
        ("ich habe mich wieder geritzt", "self_harm"),
        ("ich verletze mich selbst", "self_harm"),
        ("me quiero morir", "self_harm"),
        ("me voy a matar", "self_harm"),
        ("me hago daño", "self_harm"),
        ("my dad touches me", "abuse"),
        ("me violaron", "abuse"),
        ("I'm not safe", "unsafe"),
        ("my husband hits me", "abuse"),
        ("he forced me last night", "abuse"),
        ("my partner choked me", "abuse"),
        ("He put his hands around my throat", "abuse"),
        ("she tried to strangle me", "abuse"),
        ("my husband locked me in", "abuse"),
        ("mein Partner würgt mich", "abuse"),
        ("er hat mich die Treppe hinunter gestoßen", "abuse"),
        ("mi pareja me estranguló", "abuse"),
        ("mi novio me empujó", "abuse"),
        ("I was raped", "abuse"),
        ("she ignores my safeword", "abuse"),
        ("I'm afraid of my partner", "abuse"),
        ("er schlägt mich", "abuse"),
        ("ich wurde vergewaltigt", "abuse"),
        ("ich habe Angst vor meinem Mann", "abuse"),
        ("mi pareja me pega", "abuse"),
        ("fui violada", "abuse"),
        ("tengo miedo de mi marido", "abuse"),
        ("I don't feel safe", "unsafe"),
        ("I'm in danger", "unsafe"),
        ("please help me", "unsafe"),
        ("I am having a panic attack", "unsafe"),
        ("ich bin in Gefahr", "unsafe"),
        ("Ich brauche dringend Hilfe", "unsafe"),
        ("bitte hilf mir", "unsafe"),
        ("estoy en peligro", "unsafe"),
        ("no me siento segura", "unsafe"),
        ("necesito ayuda", "unsafe"),
    ],
)
def test_a_crisis_is_one_in_any_language(text, kind):
    for said in (text, text.upper(), f"Hello. {text}. You know?"):
        assert asks_for_help(said) == Help(kind), said


@pytest.mark.parametrize(
    "text",
    [
        "You kill me with that joke", "I'd die for a coffee", "that film was to die for", "Ich sterbe vor Neugier",
        "me muero de risa",
        "I feel safe with you", "Hit me with your best story", "I am not afraid", "Ich fühle mich sicher",
        "help me choose a name", "I need help with my tie", "me corto el pelo mañana",
        "Choke me, please", "put your hand on my throat", "she locked me up in chastity", "she threw me a kiss",
        "er schlägt vor, dass wir lesen", "er stößt mich an", "mi pareja me abraza",
        "hilf mir beim Kochen", "ayúdame a elegir", "she hits the right note", "my cat bites",
        "I was beaten at chess by a friend"[:5],
    ],
)  # fmt: skip
def test_talk_is_no_crisis(text):
    assert asks_for_help(text) is None


@pytest.mark.parametrize("text", ["Help", "help me!", "HILFE", "hilf mir", "ayuda", "¡Ayúdame!"])
def test_a_call_for_help_that_stands_alone_is_one(text):
    assert asks_for_help(text) == Help("unsafe")


def test_a_crisis_comes_before_a_safeword():
    assert asks_for_help("red. I want to die") == Help("self_harm")


CARD = SafetyCard(slow="Gelb", stop="Ananas", nonverbal="zweimal klopfen", aftercare_needs="Tee")


def test_the_answer_is_the_safety_card_in_their_language():
    person = Person(language="de", cards=(CARD,))
    stopped = answer(Help("safeword"), person)
    assert stopped.text.startswith("Wir hören hier auf")
    assert (stopped.cards, stopped.resources) == ((CARD,), ())
    helped = answer(Help("self_harm"), person)
    assert helped.resources == RESOURCES["de"]
    assert helped.cards == (CARD,)
    assert answer(Help("abuse"), Person(language="fr")).resources == RESOURCES["en"]


def test_ones_own_words_are_those_of_ones_cards():
    person = Person(cards=(CARD, SafetyCard(stop="Ananas"), SafetyCard(nonverbal="a whistle")))
    assert person.safewords == ("Gelb", "Ananas")


def test_every_language_names_an_emergency_number():
    for there in RESOURCES.values():
        assert "112" in {one.number for one in there}
        assert all(one.name and one.where for one in there)


@given(st.text(max_size=300), st.lists(st.text(max_size=30), max_size=3))
def test_any_text_is_read(text, own):
    found = asks_for_help(text, own)
    assert found is None or isinstance(found, Help)
