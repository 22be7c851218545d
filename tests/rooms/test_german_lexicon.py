"""The lexicon in German: what it finds in sentences, what it leaves alone, and that free texts are read in every language."""

import pytest

from rooms.activities import phrases_de, practices, practices_de, talk, talk_de, taxonomy
from rooms.activities.card import Card, Step, activity_uid
from rooms.activities.couple_card import Draft, read
from rooms.activities.forbidden import ANYWHERE, BESIDE_INTIMACY, IN_DARES
from rooms.activities.forbidden_de import ANYWHERE as NIRGENDS
from rooms.activities.forbidden_de import BESIDE_INTIMACY as NEBEN_INTIMEM
from rooms.activities.forbidden_de import IN_DARES as IN_AUFGABEN
from rooms.activities.lasting import times_of
from rooms.activities.lexicon import found, missing
from rooms.activities.opinion import mended


def tags_in(text: str, *kinds: str) -> set[str]:
    return {finding.tag for finding in found(text, ("de",)) if not kinds or finding.kind in kinds}


def karte(text: str, **changes) -> Card:
    values = {"type": "dare", "rating": "X", "intensity": 4, "domains": ("sensual",), "language": "de"} | changes
    return Card(uid=activity_uid(values["type"], text), steps=(Step("A", text),), **values)


def test_every_tag_that_english_words_force_german_ones_force_too():
    assert set(phrases_de.BOUNDARIES) == set(taxonomy.BOUNDARY_KEYS)
    assert set(practices_de.PREFERENCES) == set(practices.PREFERENCES)
    assert set(talk_de.TOPICS) == set(talk.TOPICS)
    assert set(talk_de.LEVELS) == set(talk.LEVELS)
    assert (set(IN_AUFGABEN), set(NIRGENDS), set(NEBEN_INTIMEM)) == (set(IN_DARES), set(ANYWHERE), set(BESIDE_INTIMACY))


SAID = {
    "hardBoundaryImpact": "Gib {partner} einen Klaps. Beiß zärtlich zu. Versohle {partner} den Hintern. Kneif ein wenig.",
    "hardBoundaryRestrain": "Fessle {partner} ans Bett. Verbinde {partner} die Augen. Halte die Hände über dem Kopf fest.",
    "hardBoundaryBreath": "Halt den Atem an. Leg deine Hand um den Hals von {partner}. Küsse, bis ihr außer Atem seid.",
    "hardBoundaryDegrade": "Schimpf mit {partner}. {partner} soll gehorchen. Kriech auf allen vieren. Knie dich hin.",
    "hardBoundaryPublic": "Küsst euch, wo jemand zusehen könnte. Zeigt es in der Öffentlichkeit. Lasst euch fast erwischen.",
    "hardBoundaryRecord": "Mach ein Foto. Nehmt ein Video auf. Schick eine Sprachnachricht. Stell die Kamera hin.",
    "hardBoundaryAnal": "Massier den Po. Küss {partner} überall. Streichle den Hintern. Streich über den ganzen Körper.",
    "hardBoundaryWatersports": "Spielt mit Urin. Probiert Natursekt. Versucht nasse Spiele.",
}


@pytest.mark.parametrize("boundary", taxonomy.BOUNDARY_KEYS)
def test_every_boundary_is_found_however_it_is_said(boundary):
    for sentence in SAID[boundary].split(". "):
        assert boundary in tags_in(sentence, "boundary"), sentence


DONE = {
    "massage": "Massier {partner} die Füße. Schenk eine Rückenmassage.",
    "hair_pull_gentle": "Zieh {partner} sanft an den Haaren. Greif ins Haar von {partner}.",
    "biting_moderate": "Knabber am Ohr. Beiß in die Schulter.",
    "spanking_moderate": "Gib drei Klapse. Leg {partner} übers Knie.",
    "spanking_hard": "Gib kräftige Klapse. Nimm die Peitsche.",
    "slapping": "Gib eine Ohrfeige. Schlag {partner} ins Gesicht.",
    "hands_genitals": "Streichle {partner} zwischen den Beinen. Schieb die Hand unter die Bluse. Berühr die intimste Stelle.",
    "choking": "Leg die Hand an den Hals von {partner}. Würge {partner} leicht.",
    "spitting": "Spuck {partner} an.",
    "watersports": "Probiert Natursekt.",
    "oral_sex": "Küss {partner} dort, wo es am meisten kribbelt. Verwöhn {partner} mit dem Mund. Leck zwischen den Schenkeln.",
    "oral_body": "Küss {partner} den Nacken. Fahr mit der Zunge über den Bauch. Küss dich vom Fuß zum Knie.",
    "anal_fingers_toys": "Streichle den Po. Probiert Analsex.",
    "rimming": "Küss den Po von {partner}.",
    "restraints": "Fessle {partner}. Bind die Handgelenke zusammen. Halte die Hände hinter dem Rücken.",
    "blindfold": "Verbinde {partner} die Augen. Leg ein Tuch über die Augen.",
    "orgasm_control": "Hör kurz vor dem Höhepunkt auf. Lass {partner} zappeln.",
    "protocols": "{partner} soll gehorchen. Stell verspielte Regeln auf.",
    "dirty_talk": "Sag etwas Schmutziges. Flüstere, was du mit {partner} machen willst.",
    "moaning": "Stöhne leise. Lass hören, was dir gefällt.",
    "roleplay": "Macht ein Rollenspiel. Spiel den Arzt. Trefft euch als Fremde.",
    "commands": "Gib drei Anweisungen. Gib einen Befehl. Bestimm das Tempo.",
    "begging": "{partner} soll betteln. Warte, bis {partner} lieb darum bittet.",
    "stripping": "Zieh dich aus. Öffne die Bluse. Zieh {partner} das Hemd aus.",
    "solo_pleasure": "Berühr dich selbst. Zeig es mit deiner eigenen Hand.",
    "posing": "Nimm eine Pose ein. Räkel dich auf dem Sofa.",
    "dancing": "Tanz für {partner}. Lass die Hüften kreisen.",
    "revealing_clothing": "Zeig ein wenig Haut. Trag die schönsten Dessous.",
}


@pytest.mark.parametrize("stem", practices.PREFERENCES)
def test_every_preference_is_found_however_it_is_said(stem):
    for sentence in DONE[stem].split(". "):
        assert stem in tags_in(sentence, "preference"), sentence


ASKED = {
    "past_experiences": "Wie war euer erster Kuss? Wann habt ihr zuletzt miteinander geschlafen?",
    "fantasies": "Welche Fantasie hast du? Erzähl einen Tagtraum.",
    "turn_ons": "Was macht dich an? Was erregt dich?",
    "turn_offs": "Was lässt dich kalt? Was verdirbt dir die Stimmung?",
    "insecurities": "Wobei bist du unsicher? Was ist dir peinlich?",
    "boundaries": "Wo liegt deine Grenze? Wie sagst du Nein?",
    "future_fantasies": "Was würdest du gern ausprobieren? Was habt ihr noch nie gewagt?",
    "feeling_desired": "Wann fühlst du dich begehrt? Wann findest du dich attraktiv?",
}


@pytest.mark.parametrize("topic", taxonomy.TOPICS)
def test_every_topic_is_found(topic):
    for sentence in ASKED[topic].split("? "):
        assert topic in tags_in(sentence, "topic"), sentence


FORBIDDEN = {
    "open_ended": "Tu alles, was {partner} will. Erfüll jeden Wunsch. Mach mit {partner}, was du willst.",
    "no_stop": "Hör nicht auf. Mach weiter ohne Pause. Küsst euch, bis ihr nicht mehr könnt.",
    "silenced": "Sag kein Wort. {partner} darf nicht sprechen. Bleib dabei stumm.",
    "no_taken_away": "{partner} muss stillhalten. Egal, was {partner} sagt. Küss ohne zu fragen. Das ist nicht zum Aushalten.",
    "stolen": "Stiehl einen Kuss. Küss, wenn {partner} nicht damit rechnet. Überrumple {partner}.",
    "held_still": "Beweg dich nicht. Halt ganz still. Lieg reglos da.",
    "graphic": "Fick mich.",
    "harm": "Trink ein Glas Wein. Tu {partner} weh. Nimm Kerzenwachs.",
    "minors": "Spiel einen Teenager. Trag eine Schuluniform.",
    "others_drawn_in": "Probiert einen Dreier. Stell das Bild ins Internet.",
}


@pytest.mark.parametrize("rule", [*IN_DARES, *ANYWHERE])
def test_what_no_card_may_say_is_found(rule):
    for sentence in FORBIDDEN[rule].split(". "):
        assert rule in tags_in(sentence, "forbidden"), sentence


HARMLESS = (
    "Halte {partner} an der Hand und erzähl von heute.",
    "Schlag drei Spiele vor, die ihr am Wochenende spielen könnt.",
    "Putz dir die Zähne zur Musik.",
    "Binde {partner} eine Schleife um das Geschenk.",
    "Leg dir ein Kissen unter den Kopf und schließ die Augen.",
    "Erzähl vom Höhepunkt der Woche.",
    "Zeig {partner} etwas, das dir gefällt.",
    "Nimm {partner} fest in den Arm.",
    "Lies ein Gedicht vor, das dich fantastisch findet.",
    "Deckt zusammen den Tisch, mit Knabberzeug und Kerzen.",
)


@pytest.mark.parametrize("text", HARMLESS)
def test_everyday_words_are_left_alone(text):
    assert tags_in(text) == set()


def test_umlauts_sharp_s_and_capitals_do_not_count():
    for text in ("KÜSS {partner} DEN NACKEN", "Kuess {partner} den Nacken", "ku\u0308ss {partner} den Nacken"):
        assert "oral_body" in tags_in(text), text
    assert "hardBoundaryImpact" in tags_in("BEISS zu") & tags_in("Beiß zu")


BLUNT = {
    "Spank {partner} sanft.": "hardBoundaryImpact",
    "Schlage {partner} mit dem Gürtel.": "hardBoundaryImpact",
    "Kette {partner} an.": "hardBoundaryRestrain",
    "Setz dich auf das Gesicht von {partner}.": "hardBoundaryBreath",
    "Filme euch.": "hardBoundaryRecord",
    "Mach ein Nacktfoto von {partner}.": "hardBoundaryRecord",
    "Leck {partner} das Poloch.": "hardBoundaryAnal",
    "Blas {partner} einen.": "oral_sex",
    "Hol {partner} einen runter.": "hands_genitals",
    "Fingere {partner}.": "hands_genitals",
    "Treibt es im Auto.": "X",
    "Kein Stopp erlaubt.": "no_stop",
    "Spielt Lehrer und Schülerin.": "minors",
    "Du bist fünfzehn.": "minors",
}
"""As two write to each other, and no bank does; the English of most of it is found."""


@pytest.mark.parametrize("text", BLUNT)
def test_what_is_said_bluntly_is_found_too(text):
    assert BLUNT[text] in {finding.tag for finding in found(text)}


def test_a_time_is_no_age_and_a_blown_kiss_is_a_kiss():
    assert "minors" not in tags_in("Du bist fünfzehn Sekunden lang der Spiegel von {partner}.")
    assert "oral_sex" not in tags_in("Blas {partner} einen Handkuss zu.")
    assert found("Draw a word with one finger {partner} may guess.") == ()


# --- cards ---------------------------------------------------------------------------------------------------------------


def test_a_german_card_whose_words_name_what_its_tags_do_not_is_found_and_can_be_mended():
    card = karte("Fessle {partner} die Hände und küss {partner} den Nacken.")
    assert {lack.finding.tag for lack in missing(card)} == {"hardBoundaryRestrain", "restraints", "oral_body"}
    assert missing(mended(card)) == ()


def test_a_dare_in_which_the_active_player_receives_is_found():
    for text in ("Lass dich von {partner} massieren.", "{partner} küsst dich auf den Mund.", "Küsst euch gegenseitig."):
        assert "receives" in tags_in(text, "direction"), text


def test_a_card_is_read_in_its_own_language_and_what_two_write_in_every_one():
    german = karte("Fessle {partner} die Hände.", language="en")
    assert missing(german) == ()
    card, _ = read(Draft(type="dare", rating="X", steps=(Step("A", "Fessle deinen Schatz und küss den Nacken dazu."),)))
    assert {"hardBoundaryRestrain"} <= card.boundaries
    assert {"restraints_give", "oral_body_receive"} <= set(card.preference_keys)
    assert found("Fessle {partner} die Hände.")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Schau dreißig Sekunden lang hin.", (30,)),
        ("Eine ganze Minute lang.", (60,)),
        ("Halte eine halbe Minute inne.", (30,)),
        ("Zwei langsame Minuten, dann 90 Sekunden.", (120, 90)),
        ("In den letzten fünf Minuten.", ()),
        ("Vor einer Minute hast du gelacht.", ()),
        ("Eine Sekunde nur.", ()),
    ],
)
def test_a_time_in_german_words_is_read(text, seconds):
    assert times_of(text) == seconds
