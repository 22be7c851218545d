"""A safeword that a talk agreed on is heard, however people say so, and what only looks like it is not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.activities import lexicon
from rooms.characters import agreed as rules
from rooms.characters.agreed import AROUND, MOST_HINTS, agreed_in, is_agreed, may_be_agreed, pieces
from rooms.characters.talk import LONGEST_ANSWER, LONGEST_MESSAGE


def stops(word, *texts):
    """Is it heard after these were said?"""
    return may_be_agreed(word) and is_agreed(word, agreed_in(["Good evening.", *texts]))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Our safeword is pineapple, from now on.", "Pineapple!"),
        ("Safeword: banana, ok?", "banana banana"),
        ("Let us take “amber light” as our safeword.", "amber light"),
        ("Shall amber be our safeword?", "please, amber"),
        ("If I say marmalade, you stop at once.", "MARMALADE now"),
        ("Whenever one of us says 'quiet', everything stops.", "q u i e t"),
        ("Unser Sicherheitswort heißt Ananas.", "ananas"),
        ("Unser Safeword soll Leuchtturm sein.", "Leuchtturm bitte"),
        ("Wenn ich Kaktus sage, hörst du sofort auf.", "Kaktus."),
        ("Nuestra palabra de seguridad es piña.", "¡Piña!"),
        ("Si digo limón, paramos.", "limon"),
        ("Our safeword is red light", "Red light!"),
        ("Let us use purple elephant as our safeword.", "purple elephant"),
        ("If I say red light, we stop.", "red light"),
        ("Wenn ich rote Ampel sage, hörst du auf.", "rote Ampel"),
        ("Nuestra palabra de seguridad es luz roja", "luz roja"),
        ("My safeword's mango", "mango"),
        ("I'd like marmalade to be our safeword", "marmalade"),
        ("Marmalade means stop.", "marmalade"),
        ("Ananas heißt Stopp.", "ananas"),
    ],
)
def test_a_word_is_agreed_on_in_any_language_and_is_one_alone(text, word):
    assert stops(word, text)
    assert not stops(f"I would like to talk about {word} with you", text)


@given(st.lists(st.text(max_size=300), max_size=3), st.text(max_size=40))
def test_any_words_are_read_for_what_was_agreed_on(texts, text):
    assert is_agreed(text, agreed_in(texts)) in (True, False)


SAID_WITH_X = {
    "en": """
let's use X as safeword
Let\u2019s use X as our safe word, ok?
X is my safeword ok?
X will be our safeword.
X. That's our safeword.
X, and that is my safeword
safe word: X
Safeword : X
SAFEWORD IS X!!
safe-word - X
safeword = X
safeword=X
Safeword → X
safeword X
ok. safeword X, please
(safeword X)
I'd like the safeword to be X
I want the safeword to be “X”, please.
can we make X our safeword
Could you make X my safeword?
let's make our safeword X
let's make the safeword "X"
let the safeword be X
set the safeword to 'X'
if I say X stop
If I say X you have to stop.
if i say X, everything ends
If I ever say X, take a break
when I say X, I need a break
should I say X, stop.
X = stop
X means I need you to stop
X means stop, ok?
X is for stop
when you hear X, stop
When you read X, please stop right away.
as soon as I type X we stop
if I use the word X, stop
if I shout "X", you let me go
just say X and I will stop
Just say X if you want me to stop.
say 'X' to stop
I will say X if it is too much
to stop, say X
If you need me to stop, just say X.
my safeword's X
how about X as a safeword?
How about X for our safeword?
what about X as the safety word
the safeword will be X
the safeword for tonight will be X
our safeword, by the way, is X
The safeword that we use is X.
our safeword is still X
the safeword is going to be X
the safeword is now X
as our safeword let's take X
For a safeword, how about X?
We need a safeword. Let's go with X.
do you want a safeword? mine is X
Safeword? X.
we agreed on X
We agreed on X as the safeword.
we settled on “X”.
safeword is X by the way
safeword is X, ok?
Our safe word is the word X.
our safeword is: *X*
our safeword is **X** 😊
😈 our safeword is X 😈
my stop word is X
the code word is X
our save word is X
Is X our safeword?
I choose X as my safeword
I picked X to be my safeword.
Remember: safeword — X.
our safewords are yellow and X
Safewords: orange, X
our safeword is pumpkin or X
my safeword is `X`
Our safeword
is
X
X works as a safeword
my safeword has always been X
if you hear me say X, stop everything
X will mean stop
X: stop
X equals stop
stop when you hear X
Stop immediately if I say "X"
we stop as soon as one of us says X
our secret word is X
our word is X, ok? say it and I stop
our stop signal is X
The safe phrase is X
X is the signal to stop
the word that stops everything is X
let us agree on X
Safeword ("X")
X (our safeword)
please remember my safeword, it's X
use X if you want to stop
our safewords are X for stop and mellow for slow
yellow for slow down, X for stop
We should have a safeword. X?
One thing before: safeword's gonna be X
our safe word... X
safeword;X
X: our safeword
X, our safeword.
the safeword (if needed) is X
The safeword you chose, if I remember right, is X.
You told me that your safeword is X, right?
Got it, X it is, as your safeword.
Your safeword: **X**. Say it any time.
I'm changing my safeword: it's X now
change the safeword to X
if X is said, everything stops
saying X stops everything
the word X ends the scene
our "stop" word is X
I love this game. I love you too, and before we begin: our safeword is X. Now come here and kiss me, slowly.
""",
    "de": """
X bedeutet Stopp
X heißt stopp
X bedeutet, dass du aufhörst
X = Stopp
wenn ich X sage, hör auf
Wenn ich „X“ sage, dann hör bitte sofort auf.
wenn ich X sage hörst du auf
Wenn ich X schreibe, ist Schluss.
sobald du X hörst, stopp
Falls ich X rufe: Pause.
Sage ich X, hörst du auf.
Sag einfach X, wenn du aufhören willst.
ich sage X, wenn es zu viel wird
zum Stoppen sag X
unser Safeword ist X
unser Safeword ist „X“.
unser Safeword ist »X«.
Unser Safe-Wort lautet X
Safeword: X
Stoppwort: X
unser Sicherheitswort wäre dann X
nehmen wir X als Safeword
lass uns X als Stoppwort nehmen
Wir nehmen X als unser Safeword, ja?
Wie wäre es mit X als Safeword?
als Safeword nehmen wir X
Als Safeword schlage ich X vor.
X soll unser Safeword sein
X wird unser Safeword
X ist mein Safeword
Soll X unser Safeword sein?
mein Codewort ist X
das Safeword soll X sein
das Safeword für heute ist X
Ich hätte gern X als Safeword
wir haben uns auf X geeinigt
Wir haben X als Safeword vereinbart.
Wir brauchen ein Safeword. Wie wäre es mit X?
Safeword? X!
unser Safeword ist das Wort X
unsere Safewords sind Gelb und X
Wenn X fällt, hören wir auf
wenn das Wort X fällt, ist Schluss
hör auf, wenn ich X sage
stopp, sobald ich X sage
Bei X hörst du auf
bei X ist Schluss
X heißt: aufhören!
unser Wort zum Aufhören ist X
Als Stoppwort X
Unser Safeword? X.
Ich sage X und du hörst auf
X: das ist unser Safeword
X ist ab jetzt unser Stopp-Wort
""",
    "es": """
la palabra de seguridad es X
La palabra de seguridad es «X».
nuestra palabra de seguridad va a ser X
palabra de seguridad: X
mi palabra segura es X
usemos X como palabra de seguridad
¿Qué tal X como palabra de seguridad?
podemos usar X como nuestra palabra de seguridad
nuestra palabra clave será X
nuestro safeword es X
si digo X, paras
Si yo digo “X”, para.
si digo X te detienes
cuando diga X, para
cuando escuches X, paramos
si escribo la palabra X, paras
X significa parar
X significa que pares
X quiere decir alto
X = parar
X será nuestra palabra de seguridad
X es mi palabra de seguridad
quiero que la palabra de seguridad sea X
como palabra de seguridad usemos X
di X si quieres que pare
diré X si es demasiado
para parar, di X
paras si digo X
para cuando diga X
detente si digo X
si me oyes decir X, paras
la palabra segura va a ser X
la palabra X significa que paramos
la palabra para parar es X
nuestra palabra: X
quedamos en X
hemos acordado X
Necesitamos una palabra de seguridad. ¿Qué tal X?
¿Palabra de seguridad? X.
""",
}
"""X: the word. A text ends with its line, but for the one of three lines."""

WORDS = {
    "en": ("pineapple", "Purple Elephant"),
    "de": ("Käsekuchen", "rote Ampel"),
    "es": ("Limón", "luz azul"),
}


def table():
    for language, lines in SAID_WITH_X.items():
        texts = lines.strip().replace("safeword\nis\nX", "safeword\x0bis\x0bX").split("\n")
        for text in texts:
            for word in WORDS[language]:
                yield text.replace("\x0b", "\n").replace("X", word), word


@pytest.mark.parametrize(("text", "word"), list(table()))
def test_however_people_agree_on_it_it_stops(text, word):
    assert stops(word, text)
    assert stops(f"{word.upper()}!!!", text)
    assert stops(word, text.upper())
    assert not stops(f"I would like to talk about {word} with you", text)


def test_the_ways_to_agree_are_many():
    assert len(list(table())) > 2 * 180


@pytest.mark.parametrize(
    ("question", "reply", "word"),
    [
        ("Before we begin: what is your safeword?", "Pineapple.", "pineapple"),
        ("Of course. Which safeword would you like?", "Hmm, pineapple?", "pineapple"),
        ("Choose a safeword first, please.", "purple elephant", "purple elephant"),
        ("And what shall our safeword be, my dear?", "Let's say pineapple.", "pineapple"),
        ("What is our safeword?", "Pineapple, please. And be gentle with me tonight.", "pineapple"),
        ("What is our safeword?", "I'll take pineapple, because nobody says that in bed.", "pineapple"),
        ("Do you have a safeword?", "Yes. Pineapple.", "pineapple"),
        ("Do you have one in mind? A safeword, I mean?", "Pineapple works.", "pineapple"),
        ("Do you have a safeword in mind?", "I think pineapple", "pineapple"),
        ("What word should we use to stop?", "pineapple", "pineapple"),
        ("Do you have a safeword?", "🍍", "🍍"),
        ("Do you have a safeword?", "Honey", "honey"),
        ("Welches Safeword möchtest du?", "Ananas", "ananas"),
        ("Brauchen wir ein Safeword?", "Ja, Ananas!", "ananas"),
        ("¿Cuál es tu palabra de seguridad?", "Piña.", "piña"),
    ],
)
def test_who_is_asked_for_a_safeword_and_names_one_agrees_on_it(question, reply, word):
    assert stops(word, question, reply)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Do you have a safeword?", "Yes."),
        ("Do you have a safeword?", "No."),
        ("Do you have a safeword?", "Kiss me"),
        ("Do you have a safeword?", "Yes, sir"),
        ("Do you have a safeword?", "I do not need one"),
        ("Welches Safeword willst du?", "Keins"),
        ("¿Cuál es tu palabra de seguridad?", "Ninguna"),
        ("You may use your safeword whenever you like.", "Tomorrow"),
    ],
)
def test_what_is_answered_otherwise_is_none(question, reply):
    assert not stops(reply, question, reply)


@pytest.mark.parametrize(
    ("agreed", "said"),
    [
        ("pineapple", said)
        for said in (
            "PINEAPPLE", "pineapple!!!", "pineapple...", "...pineapple...", "p.i.n.e.a.p.p.l.e", "p i n e a p p l e",
            "*pineapple*", "“Pineapple”", "«pineapple»", "pineapple 😢", "🍍 pineapple 🍍", "pineapple pineapple",
            "pineapple, pineapple, PINEAPPLE",
            "pineapple " * 9, "pineapplepineapple", "please pineapple", "pineapple please", "pineapple bitte", "bitte, pineapple",
            "stop pineapple", "pineapple stop", "stop! pineapple!", "STOP. STOP. PINEAPPLE. STOP.",
            "no, pineapple", "i said pineapple",
            "oh god pineapple", "pineapple, sir", "Pineapple, I can't", "pineapple pls", "pineapple, I mean it",
            "pineapple now!", "wait, pineapple", "pine apple", "pine-apple", "p1neapple",
            "pinapple", "pineaple", "pineappel", "pinneapple", "pineappl", "ineapple", "pineapplle", "pinespple", "pineapples",
            "piiiineapple", "PINEAPPLEEEEE", "pineapple\n", "pineapple\u200b",
        )
    ] + [
        ("Käsekuchen", "kasekuchen"), ("Käsekuchen", "kaesekuchen"), ("Kaesekuchen", "Käsekuchen"), ("Käse", "kaese"),
        ("Grüße", "gruesse"), ("Grüße", "grusse"), ("piña", "pina"), ("corazón", "corazon"), ("corazon", "Corazón"),
        ("red light", "redlight"), ("red light", "red  light!"), ("red-light", "red light"), ("redlight", "red light"),
        ("red light", "red light red light"), ("red light", "red lihgt"), ("red light", "please, red light, stop"),
        ("four small yellow lemons", "Four small yellow lemons!"), ("good morning", "good morning"),
        ("kiwi 🥝", "kiwi"), ("🥝 kiwi", "kiwi 🥝"),
        ("🍍", "🍍"), ("🍍", "🍍🍍🍍"), ("🍍", "🍍!!"), ("🍍", "stop 🍍"), ("🍍", "🍍 please 😭"), ("✋🏽", "✋"), ("✋", "✋🏿"),
        ("👨‍👩‍👧", "👨‍👩‍👧"), ("❤️‍🔥", "❤️‍🔥"), ("❤️", "❤"), ("42", "42!"), ("kiwi", "kiwi kiwi"), ("kiwi", "kiwiiii"),
        ("mercy", "mercyy"), ("mother's ruin", "Mother\u2019s ruin"),
    ],
)  # fmt: skip
def test_it_is_heard_as_people_say_it_when_they_need_it(agreed, said):
    assert stops(said, f"Our safeword is {agreed}.")
    assert stops(said, f"Let's take “{agreed}” as our safeword.")


@pytest.mark.parametrize(
    "text",
    [
        "our safeword is 🍍",
        "Safeword: 🍍!",
        "🍍 is our safeword",
        "🍍 = stop",
        "if I send 🍍, stop",
        "let's use 🍍 as safeword",
    ],
)
def test_a_sign_can_be_one(text):
    assert stops("🍍", text)
    assert not stops("😊", text)


@pytest.mark.parametrize(
    ("agreed", "said"),
    [
        ("pineapple", "I brought you a pineapple from the market"),
        ("pineapple", "pineapple juice"),
        ("pineapple", "apple"),
        ("pineapple", "pinecone"),
        ("pineapple", "😊"),
        ("kiwi", "kivi"),
        ("kiwi", "kilo"),
        ("red light", "light"),
        ("treat", "great"),
        ("pineapple", ""),
        ("pineapple", "!!!"),
    ],
)
def test_another_word_or_talk_about_it_is_none(agreed, said):
    assert not stops(said, f"Our safeword is {agreed}.")


ONLY_TALK = """
the safeword is important
what is our safeword?
is there a safeword?
we don't need a safeword
The safeword is not needed.
A safeword is important.
There is no safeword.
Safewords are important to me.
If you say so, we stop.
I love pineapple.
Was ist ein Safeword?
¿Cuál es la palabra de seguridad?
the safeword is really important
our safeword is always there for you
the safeword is yours
safeword please
Is that our safeword?
That is our safeword.
A safeword is a must.
the safeword is there for a reason
no safeword: you are mine
Safeword or colours?
use your safeword whenever you need it
use your safeword if it hurts
our safeword is yes
Safeword: ok?
if I say yes, don't stop
when I say faster, don't stop
never say never
say it again and don't stop
When I see you, my heart stops
yes means yes
das Safeword ist wichtig
wir brauchen kein Safeword
gibt es ein Safeword?
Was ist unser Safeword?
ohne Safeword geht es nicht
wenn du das sagst, hör ich auf
Das ist unser Safeword.
das Safeword gilt immer
la palabra de seguridad es importante
no hay palabra de seguridad
¿tenemos una palabra de seguridad?
no necesitamos una palabra de seguridad
si dices eso, paro
We agreed on that.
how about dinner at eight?
I'd say we had a lovely evening
We agreed on having dinner together tomorrow evening
I want you to use me
Say my name and never stop.
I use my hands to stop you from moving.
I say nothing and stop at the door.
Just say your safeword and everything stops.
When I say kneel, you kneel. Bend over.
I whisper your name and pause.
If I say kneel, you kneel until I tell you to stop.
The safeword keeps us both safe.
I want you to stop
Wenn es dir zu viel wird, sag es und ich höre auf.
Bei dir kann ich nicht aufhören.
Ich freue mich auf dich.
Ich sage deinen Namen und halte inne.
Di mi nombre y no pares.
Si quieres parar, dímelo.
"""


@pytest.mark.parametrize("text", [*ONLY_TALK.strip().split("\n"), ""])
def test_who_only_talks_about_safewords_agrees_on_none(text):
    assert agreed_in([text, ""]) == frozenset()


@pytest.mark.parametrize("text", ["yes", "Yes!", "ja", "sí", "ok", "please", "more", "Hello"])
def test_an_everyday_word_never_stops(text):
    everything = [line.replace("X", text) for lines in SAID_WITH_X.values() for line in lines.strip().split("\n")]
    assert not stops(text, *everything)


@pytest.mark.parametrize(
    "agreement", ["Our safeword is pineapple.", "If I say pineapple, you stop.", "Pineapple means stop."]
)
def test_it_is_found_at_any_place_of_the_longest_message_whatever_stands_around_it(agreement):
    filler = "You lie there and I say that I want you to wait, then I stop, and you say nothing. "
    for before in range(0, LONGEST_MESSAGE - len(agreement) - 2, 97):
        said = (filler * LONGEST_MESSAGE)[:before] + f" {agreement} "
        assert stops("pineapple", said + (filler * LONGEST_MESSAGE)[: LONGEST_MESSAGE - len(said)]), before


def test_where_it_is_called_a_safeword_it_is_found_at_any_place_of_the_longest_answer():
    filler = "You lie there and I say that I want you to wait, then I stop, and you say nothing. "
    for before in range(0, LONGEST_ANSWER - 200, 301):
        said = (filler * LONGEST_ANSWER)[:before] + " Our safeword is pineapple. " + filler * 5
        assert stops("pineapple", said), before


HOSTILE = (
    *(
        "safeword ",
        "safeword is ",
        "safeword: a b c, ",
        "safeword, a b c d e ",
        "as safeword ",
        "X means ",
        "= stop ",
        "say to stop ",
    ),
    *(
        "if i say ",
        "stop if i say ",
        "wenn ich ",
        "si digo ",
        "para ",
        "bei ",
        "let's use ",
        "we agreed on ",
        "what is our safeword? ",
    ),
    *(
        "a" * 50,
        "aaaa ",
        "=",
        "'",
        '"a',
        "*",
        "🍍",
        "\u00e4",
        "!",
        " ",
        "\n",
        "don't ",
        "\ufdfa",
        "the the ",
        ": ",
        "\u0301",
    ),
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_longest_text_is_read_in_bounded_pieces(hostile):
    text = (hostile * LONGEST_ANSWER)[:LONGEST_ANSWER]
    read = list(pieces(text))
    assert len(read) <= 2 * MOST_HINTS
    assert all(len(one) <= 5 * AROUND for one in read)
    assert isinstance(stops(text[:4000], text), bool)
    for other in HOSTILE:
        assert isinstance(stops("pineapple", "safeword " + (hostile + other) * 500), bool)


def patterns():
    """All that texts are read by."""
    for value in vars(rules).values():
        for group in value if isinstance(value, tuple) else (value,):
            for one in group if isinstance(group, tuple) else (group,):
                if isinstance(one, re.Pattern):
                    yield one


def most_repeats(parsed):
    """The highest bound of a repetition within what `re` reads of a pattern."""
    if isinstance(parsed, tuple) and parsed[:1] and str(parsed[0]).endswith(("MAX_REPEAT", "MIN_REPEAT")):
        _, most, inner = parsed[1]
        return max(int(most), most_repeats(list(inner)))
    if isinstance(parsed, list | tuple) or hasattr(parsed, "data"):
        return max((most_repeats(one) for one in parsed), default=1)
    return 1


def test_no_pattern_repeats_without_a_bound():
    """Then a piece of so many characters costs a bounded number of steps, whatever stands in it."""
    read = list(patterns())
    assert len(read) > 40
    assert most_repeats(re._parser.parse("(a|(?=[ab]*)c)")) > 400
    for pattern in read:
        assert most_repeats(re._parser.parse(pattern.pattern, pattern.flags)) <= 400, pattern.pattern


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=200))
def test_plain_letters_are_read_as_all_texts_are(text):
    assert rules._plain(text) == re.sub(r"\s+", " ", lexicon.plain(text)).strip()
