"""The tagging guide's lexicon: what it finds in sentences, what it leaves alone, and that no shipped card breaks the guide."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from rooms.activities import direction, practices, taxonomy
from rooms.activities.card import Card, Step, Tags, activity_uid
from rooms.activities.lexicon import Lack, found, keys_of, missing
from rooms.sessions.neutral import NEUTRAL

STARTER_BANK = Path(__file__).parents[2] / "game_server" / "activities" / "starter_bank.json"
SENTENCES = Path(__file__).parents[1] / "data" / "lexicon_sentences.txt"


def shipped() -> list[Card]:
    cards = []
    for row in msgspec.json.decode(STARTER_BANK.read_bytes())["activities"]:
        steps = msgspec.convert(row.pop("script")["steps"], tuple[Step, ...])
        cards.append(msgspec.convert({**row, "steps": steps, "uid": activity_uid(row["type"], steps[0].do)}, Card))
    return cards


def card(*texts: str, **changes: Any) -> Card:
    """A dare at X without tags, its steps by A and B in turn."""
    steps = tuple(Step(actor, text) for actor, text in zip("AB", texts, strict=False))
    values = {"type": "dare", "rating": "X", "intensity": 4, "steps": steps, "domains": ("sensual",)} | changes
    return Card(**{"uid": activity_uid(values["type"], texts[0])} | values)


def tags_in(text: str, *kinds: str) -> set[str]:
    return {finding.tag for finding in found(text) if not kinds or finding.kind in kinds}


def complaints(lacks: tuple[Lack, ...]) -> set[str]:
    return {lack.finding.tag for lack in lacks}


# --- the shipped bank --------------------------------------------------------------------------------------------------


def test_no_shipped_card_lacks_what_its_words_force_or_says_what_no_card_may_say():
    faults = {one.steps[0].do: [lack.message for lack in missing(one)] for one in shipped() if missing(one)}
    assert faults == {}


def test_every_shipped_card_says_of_giving_and_receiving_what_its_keys_say():
    faults = {one.steps[0].do: direction.breaches(one) for one in shipped() if direction.breaches(one)}
    assert faults == {}


def test_every_shipped_card_names_a_listed_theme_and_a_listed_act():
    for one in shipped():
        assert one.tags.themes, one.steps[0].do
        assert set(one.tags.themes) <= set(taxonomy.THEMES), one.steps[0].do
        assert one.tags.act in taxonomy.ACTS[one.type], one.steps[0].do


def test_the_cards_of_the_last_resort_need_no_tag():
    assert [lack.message for type_ in taxonomy.TYPES for one in NEUTRAL[type_] for lack in missing(one)] == []


# --- many sentences ----------------------------------------------------------------------------------------------------


def collected() -> dict[str, list[str]]:
    """The data file's sentences by their heading."""
    sentences: dict[str, list[str]] = {}
    for line in SENTENCES.read_text().splitlines():
        if line.startswith("["):
            told = sentences.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            told.append(line)
    return sentences


COLLECTED = collected()


def told_in(text: str) -> set[tuple[str, str]]:
    return {(finding.kind, finding.tag) for finding in found(text)}


@pytest.mark.parametrize("heading", [heading for heading in COLLECTED if heading != "nothing"])
def test_what_a_sentence_forces_is_found(heading):
    assert [text for text in COLLECTED[heading] if tuple(heading.split()) not in told_in(text)] == []


def test_an_everyday_sentence_is_left_alone():
    wrong = {
        text: tags
        for text in COLLECTED["nothing"]
        if not (tags := {tag for kind, tag in told_in(text) if kind not in ("level", "topic")}) <= {"massage"}
    }
    assert wrong == {}


# --- boundaries --------------------------------------------------------------------------------------------------------

FORCED = {
    taxonomy.PUBLIC: """
        Kiss at the open front door.
        Undress by candlelight where the people across the street might look in.
        Imagine someone listening at the door.
        Where would you dare to make out if there were a chance of discovery?
        Be quick: your sister will be back soon.
        Touch each other under a blanket on the sofa while the others watch a show.
        Kiss on the dance floor tonight.
        Have you ever wanted to be seen together?
        Kiss your partner in the hotel corridor.
        Let your hands wander as if the whole train could see you.
        Kiss in the doorway with the lights on.
        What if somebody had heard you two last night?
        Undress while the curtains are not quite closed.
        Would you kiss me in front of your colleagues?
        Make out in the back of a taxi.
        Whisper in the museum what you would like to do at home.
        Pretend that your roommate is in the next room.
        Kiss as though your parents were asleep next door.
        Do it quietly: the children might wake.
        Imagine that a stranger sees you through the keyhole.
        Undress in front of the open balcony door.
        Make love under the stars on the beach.
        Kiss on the stairs of your building.
        Pretend the waiter is about to come back.
        Flirt on the train as if nobody were watching.
        Kiss in the car before you drive home.
        Would you ever skinny-dip where others could come by?
        Show your partner off at the party tonight.
        Have a quickie before the guests arrive.
        Leave the blinds up.
        Be as loud as you like, even if the walls are thin.
        As if the flatmates were due back at any moment.
        Make out with your partner as if somebody might come home any minute.
        Kiss as if someone could walk in at any second.
        Touch your partner while the neighbours could be listening.
        Undress by the window with the curtains open.
        Kiss your partner on the balcony.
        Keep your voices low, so that nobody next door hears you: thin walls.
        Tease your partner under the table of a restaurant.
        Agree on a secret sign for the next party that means: I want to kiss you.
        Imagine nearly being caught with your partner.
        Does the thought of nearly being noticed thrill you?
        Steal away into the garden and kiss before anybody notices.
        Kiss your partner in the lift, between two floors.
        Whisper what you want while people are watching.
        Flirt loudly enough to be overheard.
        Caress your partner in the cinema, in the dark.
        Leave the door unlocked and kiss.
    """,
    taxonomy.RECORD: """
        Keep a short clip of your partner's laugh.
        Imagine a photographer is in the room: strike three poses.
        Tell your partner which moment you would like to have on film.
        Take pictures of each other's shoulders.
        Save a voice memo of one sentence.
        Imagine your love story as a series: name the first episode.
        Let the phone film your slow dance.
        Draw or photograph your partner's back.
        Leave a sexy message on their answering machine.
        Which scene of your life would you watch again on the big screen?
        Write the trailer for the film of your wedding night.
        Let your partner photograph your hands.
        Take a mental picture, then a real one.
        Voice-record a compliment.
        Imagine the two of you on screen: which scene plays?
        Play director: set the scene, call action.
        Imagine your night as a movie: what is the first shot?
        Snap a picture of your tangled feet.
        Send a voice message that says what you want.
        If somebody filmed the two of you, which moment would you keep?
        Take a Polaroid of your partner's back.
        Tape yourselves laughing.
        Leave your phone's camera on.
        Describe the poster of the film about your love life.
        Make an audio diary of tonight.
        Describe the opening scene of a film that only the two of you will ever see.
        Take one photograph of your joined hands.
        Pose for a picture that your partner keeps.
        Film your partner while they dance.
        Leave your partner a voice note for a lonely night.
        Kiss as if a camera were rolling.
        Make a short video of your dance.
        Record each other's laughter.
        Which private picture of you two would you like to exist?
        Send your partner a selfie from the next room.
        Play the love scene of a movie about the two of you.
        Be the director of your own film: call for a kiss.
    """,
    taxonomy.ANAL: """
        Massage every muscle from the shoulders to the heels.
        Kiss the whole of your partner's back side, from neck to ankles.
        Lick from the nape down to the tailbone and lower.
        Let your lips travel over your partner's entire body.
        Wash your partner's whole body in the shower.
        Explore your partner with your fingertips, inch by inch, all of them.
        Stroke the curve of their behind.
        Cover them in kisses, head first, toes last.
        Taste every corner of your partner.
        Kiss a route from the forehead to the heels.
        Caress all of your partner, front and back.
        Stroke your partner from the neck to the knees, leaving out nothing.
        Explore with your tongue: no place is off the map.
        Knead your partner's backside.
        Lick them everywhere.
        Kiss every single part of your partner.
        Explore your partner's body without leaving anything out.
        Massage them from the neck down to the toes, all of it.
        Run your tongue over every curve.
        Let no spot of their skin go unkissed.
        Kiss all the way from the forehead to the toes.
        Rub oil into your partner's buttocks.
        Touch your partner anywhere you like.
        Your hands may go everywhere.
        Kiss a path down their back and over their bottom.
        Cover your partner in kisses from top to bottom.
        Cup your partner's backside and pull them close.
        Stroke every place that makes them sigh.
        Kiss your partner from the nape to the knees without skipping anything that they would miss.
        Massage your partner's hips and behind with warm hands.
        Explore every inch of your partner with your lips.
        Kiss your partner from head to toe and leave nothing out.
        Let your hands wander everywhere.
        Stroke your partner all over with warm oil.
        Touch your partner wherever they want it.
        Caress their bottom with both hands.
        Is anal play a yes, a no or a maybe for you?
        Cover your partner's whole body with kisses.
        Lick them from neck to toes without missing a spot.
        Would you like to explore further back?
        Squeeze your partner's buttocks gently.
    """,
    taxonomy.BREATH: """
        Kiss until you gasp.
        Kiss until your lungs burn.
        Whisper with a hand resting lightly at their throat.
        Kiss so deeply that you both forget breathing.
        Kiss without coming up for air.
        Hold your breath and your partner's gaze for ten seconds.
        Take each other's breath away.
        Close two fingers around the side of their neck.
        Kiss until you are both panting.
        Kiss so long that neither of you can breathe.
        Put your hand lightly on the front of their neck.
        Do not breathe until the kiss is over.
        Kiss and see who runs out of air first.
        Breathe only when your partner allows it.
        Kiss until you need to catch your breath.
        Kiss as long as your lungs allow.
        Place your palm lightly over their mouth.
        Keep kissing until you have no air left.
        Hold your breath while they kiss your neck.
        Press your thumb softly to the hollow of their throat.
        Let your hand close around their neck.
        Leave each other gasping.
        Kiss till you are breathless and dizzy.
        Bury their face in the pillow.
        Squeeze their neck gently.
        Kiss for so long that you forget to breathe.
        Kiss your partner until you are both out of breath.
        Kiss until one of you has to come up for air.
        Hold your breath together for a slow count of five.
        Rest your hand at the base of your partner's throat.
        Lay your fingers around your partner's neck while you kiss.
        Kiss them breathless.
        Kiss until you can hardly breathe.
        Press them close until they gasp for air.
        Kiss as long as you can without taking a breath.
        Leave your partner panting and short of breath.
        Choke your partner lightly.
        Take your partner's breath away with one kiss.
    """,
    taxonomy.RESTRAIN: """
        Loop your scarf around both of their wrists.
        Have your partner wear a blindfold.
        Keep your partner's hands trapped in yours above the pillow.
        Tie the two of you together at the ankle.
        Wrap a belt around their hands.
        Hold them so that they cannot get away.
        Put a pillowcase over their eyes.
        Tie a bow around your partner's hands.
        Hold your partner in place with your legs and kiss them.
        Put handcuffs on each other.
        Blindfolded, guess three touches.
        Pin their hands to the pillow.
        Trap your partner's hands under the pillow.
        Hold them down by the wrists.
        Press your partner against the wall and keep them there.
        Knot a scarf around their wrists.
        Lock their arms behind their back.
        Use the belt of a robe to fasten them to the bed.
        Cover their eyes with your hand.
        They wear a mask over their eyes.
        Your partner's hands are tied: kiss them.
        Straddle your partner and hold their arms down.
        Tie your partner's wrists loosely with something soft.
        Hold both of your partner's hands above their head.
        Pin your partner gently against the wall.
        Cover your partner's eyes with a soft scarf.
        Wind a silk ribbon around their ankles.
        Blindfold your partner and kiss them.
        Bind their hands with a tie.
        Ask your partner to hold on to the headboard, hands crossed behind their back.
        With a scarf over your eyes, what would you hope for?
        Would you like your hands to be held or tied loosely?
        Handcuff your partner to the bed.
        Keep their wrists together with one hand while you kiss, held down on the pillow.
    """,
    taxonomy.IMPACT: """
        Clap your partner on the bottom.
        Give their thigh a light spank.
        Bite their lower lip.
        Let them feel your teeth.
        Whack them with a pillow.
        Scratch their back.
        Slap your partner's thigh.
        Bite softly into their shoulder.
        Give a spank for every wrong answer.
        Use your teeth to open a button.
        Give your partner a playful smack.
        Tap them lightly on the bottom.
        Swat them with a towel.
        Graze their neck with your teeth.
        Leave a mark on their neck.
        Let your nails scratch down their back.
        Give them a gentle nip.
        Use a ruler on their behind.
        A light slap on the thigh.
        Bend your partner over your knee.
        Give your partner ten light spanks.
        Nibble your partner's earlobe.
        Pat your partner on the behind.
        Leave a love bite on their shoulder.
        Let them feel your teeth on their neck.
        Slap their thigh playfully.
        Bite your partner's lip softly.
        Smack their bottom with your flat hand.
        Use a paddle, very lightly.
        Scratch your nails down their back.
        Take your partner over your knee and count to five.
    """,
    taxonomy.DEGRADE: """
        Tell your partner to crawl across the room.
        Let your partner address you as master.
        Be cruel with words for one minute.
        Scold them for being late.
        Your partner kneels while you talk.
        Tease your partner about their weaknesses.
        Name something ridiculous about how your partner looks.
        Insult your partner playfully.
        Your partner is your servant for five minutes.
        Let them beg on all fours.
        Call your partner by a dirty name.
        Humiliation, but make it fun.
        Order your partner to kneel.
        Call your partner a naughty thing.
        Tell your partner they have been bad and deserve it.
        Make your partner call you sir.
        Laugh at your partner's clumsy dance.
        Let them kiss your feet and thank you for it.
        Mock your partner for blushing.
        Treat them like your servant.
        Put them in their place.
        Let your partner grovel for a kiss.
        Make them feel small.
        Scold your partner in a stern voice.
        Call your partner a cheeky name.
        Make your partner kneel at your feet.
        Tell your partner how pathetic they look.
        Insult your partner as creatively as you can.
        Let your partner crawl to you.
        Use your partner as a footstool.
        Your partner obeys for ten minutes.
        Punish your partner for being late.
        Call them your good girl.
        Does playful bossiness excite you?
        Get down on your knees and apologise.
        Make fun of them until they blush: humiliate them a little.
    """,
    taxonomy.WATERSPORTS: """
        Wet or messy play: yes, no or shrug?
        Would you ever try watersports?
        Talk about golden showers for a minute.
        Is play with urine a no for you?
    """,
}


def sentences(block: str) -> list[str]:
    return [line.strip() for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("boundary", FORCED)
def test_a_situation_forces_its_boundary(boundary):
    assert [text for text in sentences(FORCED[boundary]) if boundary not in tags_in(text, "boundary")] == []


@pytest.mark.parametrize(
    "text",
    sentences("""
        Hold your partner's hand and take three slow breaths together.
        Rest your forehead against your partner's and stay there for five slow breaths.
        Let your warm breath travel along the inside of your partner's arm.
        Stand behind your partner at a mirror and tell them what you admire.
        Hold your partner's hands between yours and warm them.
        Whip some cream and share it with your partner.
        Sit on the edge of the bed and tell a story.
        Bring your partner a bite to eat.
        Tell your partner about the best walk in the park you two ever had.
        Look at your partner for half a minute and smile when you feel like it.
        Dance with your partner until the record player stops.
        Which film could you watch again and again?
        What is at the bottom of your heart right now?
        Tie your shoelaces and dance.
        Say a tongue-twister as fast as you can.
        Massage your partner's back for three minutes.
        Close your eyes and listen to the rain together.
        Plan a holiday by the sea with a budget of nothing.
        Put on a striped shirt and sing.
        Write a word on your partner's palm.
        Tell your partner about your worst teacher at school.
        Find the loose thread and tie the story together.
    """),
)
def test_an_everyday_sentence_forces_no_boundary_and_is_not_forbidden(text):
    assert [(finding.tag, finding.words) for finding in found(text) if finding.kind in ("boundary", "forbidden")] == []


# --- preferences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "text"),
    [
        ("hands_genitals", "Bring your partner's excitement up with your hands."),
        ("hands_genitals", "Slide your hand between your partner's thighs."),
        ("hands_genitals", "Slip your fingers under their waistband."),
        ("hands_genitals", "Let your hands roam freely over your partner."),
        ("hands_genitals", "Stroke your partner where they feel it most."),
        ("hands_genitals", "Trace your partner's most intimate curves."),
        ("hands_genitals", "Touch them wherever they like."),
        ("oral_body", "Undress your partner and kiss every place that comes to light."),
        ("oral_body", "Kiss your way from your partner's ankle to their hip."),
        ("oral_body", "Place a row of kisses from your partner's ear to their shoulder."),
        ("oral_body", "Let your lips wander along your partner's spine."),
        ("oral_body", "Kiss the inside of your partner's wrist."),
        ("oral_body", "Lick honey off your partner's stomach."),
        ("oral_body", "Trail kisses down their chest."),
        ("oral_sex", "Kiss your partner from the nape to the knees without skipping anything."),
        ("oral_sex", "Spend two minutes with your mouth where your partner most wants it."),
        ("oral_sex", "Tell your partner how you would like to be kissed where you feel it most."),
        ("oral_sex", "Let your tongue travel between their legs."),
        ("oral_sex", "Kiss lower and lower."),
        ("stripping", "Undress for your partner as far as you feel good."),
        ("stripping", "Take off one piece of your clothing."),
        ("stripping", "Unbutton your shirt, slowly."),
        ("stripping", "Slip out of your dress."),
        ("stripping", "Let one strap fall and peel the rest off."),
        ("stripping", "Bare one of your partner's shoulders."),
        ("begging", "Tease your partner until they ask you nicely to go on."),
        ("begging", "Make your partner say please."),
        ("begging", "Wait until they plead for a kiss."),
        ("orgasm_control", "Bring them to the very edge and pause."),
        ("orgasm_control", "Decide when your partner may climax."),
        ("orgasm_control", "Which word should send you over the edge?"),
        ("dirty_talk", "Which single word should your partner whisper to send you over the edge?"),
        ("dirty_talk", "What do you want to hear from your partner in the last minute before you let go?"),
        ("dirty_talk", "Tell your partner what you are going to do to them."),
        ("dirty_talk", "Whisper to your partner what your hands are about to do."),
        ("dirty_talk", "Describe in explicit words what you will do next."),
        ("commands", "For two minutes your partner does what you say."),
        ("commands", "Give your partner three instructions."),
        ("commands", "Would you rather be told what to do?"),
        ("commands", "Take charge for five minutes."),
        ("moaning", "Let your partner hear how good it feels: moan."),
        ("moaning", "Do you hold back your sounds or let them out?"),
        ("roleplay", "You two are strangers in a hotel bar."),
        ("roleplay", "Pretend to be a burglar."),
        ("hair_pull_gentle", "Gather your partner's hair and tilt their head back."),
        ("hair_pull_gentle", "Slide your fingers into their hair and hold them there."),
        ("solo_pleasure", "Touch yourself while your partner watches."),
        ("solo_pleasure", "Show your partner, with your own hand, the rhythm that you like."),
        ("posing", "Pose for your partner as for a painter."),
        ("posing", "Stand in the light and let yourself be admired."),
        ("dancing", "Dance for your partner for half a song."),
        ("revealing_clothing", "Show your partner a little more skin."),
        ("revealing_clothing", "Wear your finest lingerie."),
        ("massage", "Rub your partner's shoulders for one minute."),
        ("massage", "Massaging feet is an art: show it."),
        ("spitting", "Let a drop of saliva fall."),
        ("protocols", "Your partner asks for permission before every kiss."),
        ("spanking_hard", "Spank your partner hard."),
        ("slapping", "Slap them once."),
        ("choking", "Put your hand on your partner's throat."),
        ("blindfold", "Cover their eyes with your scarf."),
        ("restraints", "Tie them to the headboard."),
        ("biting_moderate", "Nibble their shoulder."),
        ("hands_genitals", "Warm your partner up with your hands until they are close."),
        ("hands_genitals", "Let your fingers wander under their clothes."),
        ("hands_genitals", "Move your hand up their thigh, slowly."),
        ("hands_genitals", "Stroke your partner through their underwear."),
        ("hands_genitals", "Touch your partner where they are most sensitive."),
        ("hands_genitals", "Bring your partner to the brink with your fingers."),
        ("hands_genitals", "Rest your palm on the front of their trousers."),
        ("hands_genitals", "Press your body against theirs and grind slowly."),
        ("hands_genitals", "Arouse your partner using only your fingertips."),
        ("hands_genitals", "Caress their breasts."),
        ("oral_body", "Kiss their neck."),
        ("oral_body", "Plant a kiss on each shoulder."),
        ("oral_body", "Press your lips to their collarbone."),
        ("oral_body", "Trace their ear with the tip of your tongue."),
        ("oral_body", "Kiss slowly down their arm."),
        ("oral_body", "Leave a trail of kisses."),
        ("oral_body", "Kiss ten places on your partner's body."),
        ("oral_body", "Blow and kiss along their back."),
        ("oral_body", "Kiss whatever you uncover."),
        ("oral_sex", "Use your mouth to please your partner."),
        ("oral_sex", "Pleasure your partner with your tongue."),
        ("oral_sex", "Kiss up the inside of their thighs and beyond."),
        ("oral_sex", "Kiss your partner below the waist."),
        ("oral_sex", "Let your mouth find the place they love most."),
        ("stripping", "Help your partner out of their shirt."),
        ("stripping", "Slide one strap off your shoulder."),
        ("stripping", "Lose one piece of clothing."),
        ("stripping", "Undo one button."),
        ("stripping", "Open your shirt."),
        ("stripping", "Let your robe drop."),
        ("stripping", "Remove your socks as if they were silk stockings."),
        ("stripping", "Strip down to your underwear."),
        ("stripping", "Peel off one layer."),
        ("stripping", "Take your shirt off."),
        ("stripping", "Undress each other."),
        ("begging", "Do not give in until they say please."),
        ("begging", "Let them beg a little."),
        ("begging", "Wait for your partner to ask for more."),
        ("begging", "Tease them until they plead."),
        ("begging", "Your partner asks for it, very politely."),
        ("orgasm_control", "Stop just before they climax."),
        ("orgasm_control", "Bring them to the edge."),
        ("orgasm_control", "Your partner may only come when you say so."),
        ("orgasm_control", "Decide whether they are allowed to finish."),
        ("orgasm_control", "Take your partner close, then back off."),
        ("orgasm_control", "Keep your partner on the edge."),
        ("dirty_talk", "Whisper something filthy."),
        ("dirty_talk", "Say out loud what you want to do to them."),
        ("dirty_talk", "Describe in detail what you would do to your partner."),
        ("dirty_talk", "Tell your partner a secret wish in the dirtiest words you know."),
        ("dirty_talk", "Murmur in their ear how much you want them."),
        ("dirty_talk", "Talk your partner through what comes next."),
        ("dirty_talk", "Tell them where you want to be kissed and how."),
        ("commands", "Your partner must follow your orders."),
        ("commands", "Tell your partner what to do for one minute."),
        ("commands", "Take control of the next two minutes."),
        ("commands", "You are in charge."),
        ("commands", "Direct your partner's hands."),
        ("commands", "Do as you are told for a minute."),
        ("commands", "Let your partner boss you around."),
        ("moaning", "Moan into their ear."),
        ("moaning", "Do not hold back your moans."),
        ("moaning", "Let your partner hear every bit of it."),
        ("moaning", "Make the sounds you usually keep in."),
        ("roleplay", "Pretend that you have never met."),
        ("roleplay", "Act like strangers at a bar."),
        ("roleplay", "Play doctor."),
        ("roleplay", "You are the boss, your partner the new assistant."),
        ("roleplay", "Role-play a first date."),
        ("oral_body", "Kiss them from knee to hip."),
        ("oral_body", "Kiss your partner's back."),
        ("oral_body", "Run your lips over their belly."),
        ("oral_body", "Nuzzle and kiss their neck."),
        ("hands_genitals", "Run a finger along the inside of their thigh and further."),
        ("hands_genitals", "Put your hand inside your partner's trousers."),
        ("hands_genitals", "Touch your partner between the legs."),
        ("stripping", "Take your partner's shirt off."),
        ("stripping", "Unwrap your partner like a present."),
        ("stripping", "Let an item of clothing go."),
        ("stripping", "Undo their belt."),
        ("stripping", "Get naked together."),
        ("stripping", "Lose your shirt."),
        ("dirty_talk", "Tell your partner what you would do if you were alone on an island."),
        ("dirty_talk", "Describe what you are going to do to your partner tonight."),
        ("dirty_talk", "Whisper your dirtiest thought."),
        ("commands", "Give your partner an order."),
        ("commands", "Your partner does what you command."),
        ("commands", "Be bossy for one minute."),
        ("commands", "Lead: your partner follows every instruction."),
        ("oral_body", "Kiss the back of their knee."),
        ("oral_body", "Kiss their hip bone."),
        ("oral_body", "Press three kisses along their shoulder blade."),
        ("oral_body", "Let your tongue wander over their chest."),
        ("oral_body", "Kiss your partner's stomach until they laugh."),
        ("oral_sex", "Kiss your partner between the legs."),
        ("oral_sex", "Give your partner oral pleasure."),
        ("oral_sex", "Go lower with your kisses."),
        ("oral_sex", "Kiss your partner exactly where they want it."),
        ("hands_genitals", "Slide a hand into their underwear."),
        ("hands_genitals", "Caress your partner between the thighs."),
        ("hands_genitals", "Use your hands to bring your partner pleasure."),
        ("hands_genitals", "Touch your partner's most sensitive place."),
        ("hands_genitals", "Explore your partner's whole body with your hands."),
    ],
)
def test_a_situation_forces_its_preference(stem, text):
    assert stem in tags_in(text, "preference")


@pytest.mark.parametrize(
    "text",
    sentences("""
        Kiss your partner on the mouth for a slow count of twenty.
        Kiss your partner's forehead.
        Tell your partner about your day.
        Ask your partner out for tonight.
        Lead your partner through three gentle stretches.
        Begin a story about a dragon.
        Act out how the two of you met.
        Tell your partner what you like about their voice.
        Dance with your partner.
        In which order do you like to do things on a Sunday?
        Hold back your laughter for thirty seconds.
    """),
)
def test_an_everyday_sentence_forces_no_preference(text):
    assert tags_in(text, "preference") == set()


def test_every_stem_names_keys_of_the_survey_in_every_direction():
    named = [key for stem in practices.PREFERENCES for key in keys_of(stem)]
    assert sorted(named) == sorted(taxonomy.PREFERENCE_KEYS)
    assert keys_of("massage") == ("massage_receive", "massage_give")
    assert keys_of("stripping") == ("stripping_self", "watching_strip")
    assert keys_of("dirty_talk") == ("dirty_talk",)


# --- topics and levels -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("fantasies", "Tell your partner a fantasy that visits you at night."),
        ("fantasies", "What do you daydream of when you look at them?"),
        ("turn_ons", "What turns you on about your partner?"),
        ("turn_ons", "Which touch excites you most?"),
        ("turn_offs", "What takes you out of the mood?"),
        ("turn_offs", "What turns you off at once?"),
        ("insecurities", "What makes you feel insecure about your body?"),
        ("insecurities", "When do you feel shy with your partner?"),
        ("boundaries", "Which of your boundaries would you like to explain?"),
        ("boundaries", "What is off the table for you?"),
        ("past_experiences", "What do you remember about your first kiss?"),
        ("past_experiences", "What did your ex never understand?"),
        ("past_experiences", "Retell your most passionate night."),
        ("future_fantasies", "What would you like to try one day?"),
        ("feeling_desired", "When do you feel most desired?"),
        ("feeling_desired", "What makes you feel wanted?"),
    ],
)
def test_a_question_forces_its_topic_on_a_truth_only(topic, text):
    assert topic in complaints(missing(card(text, type="truth")))
    assert topic not in complaints(missing(card(text)))
    assert topic not in complaints(missing(card(text, type="truth", tags=Tags(topics=taxonomy.TOPICS))))


@pytest.mark.parametrize(
    ("level", "text"),
    [
        ("R", "Kiss your partner."),
        ("R", "What do you desire?"),
        ("R", "Undress your partner with your eyes."),
        ("X", "What do you feel before you climax?"),
        ("X", "Lie naked under a blanket."),
        ("X", "Where do you like to make love?"),
        ("X", "Touch your partner's breasts."),
    ],
)
def test_a_word_lifts_a_text_to_its_level(level, text):
    below = {"R": "G", "X": "R"}[level]
    assert level in complaints(missing(card(text, rating=below)))
    assert level not in complaints(missing(card(text, rating=level)))


# --- what no card may say ----------------------------------------------------------------------------------------------

NEVER = {
    "open_ended": """
        Give your partner two minutes to do what they please.
        Your partner is in control: do what they say.
        Make your partner's dream come true right now.
        Offer your body to your partner for three minutes.
        Let your partner use you for a minute.
        Your partner may touch you anywhere.
        Name your price and pay it.
        Fulfil a fantasy of your partner's.
        Do what comes naturally.
        Do what your partner wants.
        Your partner may ask for anything.
        Give in to your partner's wishes for a minute.
        Let your partner decide where you touch them.
        Kiss your partner in any place they name.
        Your partner has one wish: fulfil it.
        Be at your partner's service for five minutes.
        Surprise me: improvise.
        Do everything your partner tells you for two minutes.
        Grant your partner any wish.
        Your partner decides what happens next.
        Your partner may do with you what they like for a minute.
        Do as your partner wishes.
        For one minute you belong to your partner.
        Spoil your partner in any way they choose.
        Your partner gets to pick: you do it.
        Touch your partner however they want.
        Follow every wish of your partner.
        Say yes to everything for two minutes.
        Give your partner a free pass for three minutes.
        Ask your partner what they want and do it.
        Give your partner three minutes of whatever they ask for.
        Do anything your partner wants for five minutes.
        For the next two minutes, whatever your partner does, enjoy it.
        Undress your partner as far as they say.
        Kiss them wherever they want it.
        Fulfil every wish of your partner for ten minutes.
        Anything goes for one minute.
        You are theirs for ten minutes: all yours, partner.
        Let your partner do as they please.
        Caress your partner however you like.
        No limits for the next three minutes.
        Ask your partner, "What do you want right now?", and let your whole body be the answer.
        Ask your partner for one wish, and give it three minutes of your full attention.
        Offer your partner two bold ideas for the next five minutes.
    """,
    "no_stop": """
        Kiss without a break for five minutes.
        Do not let go until the song has ended.
        Keep caressing them until they cannot take any more.
        No time-outs.
        Go on and on, never letting up.
        Kiss until your lips hurt, no stopping.
        Carry on until I say so, without a break.
        Don't stop until the song ends.
        Keep kissing, no breaks.
        Continue even if they laugh.
        Go on until your partner cannot stand it.
        No pausing allowed.
        Under no circumstances stop.
        Kiss your partner and do not stop at the end.
        Keep going without stopping until the song ends.
        Never stop before they say so.
        Tickle your partner until they cannot take it any more.
        Carry on no matter how they squirm.
        Do not pause, even if they beg.
        Kiss until your partner gives in.
    """,
    "silenced": """
        Not a peep from you.
        Hush: no talking.
        Kiss in utter silence.
        Say only yes.
        Bite your lip and make no noise.
        Say nothing while your partner undresses you.
        No words for one minute, only touch.
        Keep completely quiet.
        Speak only with your eyes.
        Not one word until the timer ends.
        Both of you remain silent.
        Keep your mouth shut for two minutes.
        Your partner may not make a sound.
        In total silence, undress.
        Stay quiet while your partner strokes your hair.
        Wordlessly undress.
        Touch your partner in complete silence for two minutes.
        Stay silent while your partner kisses your hand.
        Your words are "yes" and "more".
        They may say two words only.
        Not a sound from either of you.
        Do not speak until the song is over.
        Let only your breath answer.
        Enjoy it without a word.
    """,
    "no_taken_away": """
        Your partner is obliged to answer.
        Do not take no for an answer.
        Whatever you are asked, you have to do it.
        Your partner will not be allowed to move away.
        Saying no costs a kiss.
        Chickening out is forbidden.
        You are not allowed to say no.
        Your partner must accept.
        You have to kiss for one minute.
        Do it without asking first.
        There are no refusals in this round.
        You have no choice: kiss your partner.
        Refusing is not an option.
        Don't ask, just kiss.
        Your partner cannot refuse this.
        There is no backing out.
        Whether they want it or not, kiss them.
        You are required to undress.
        Force a smile from your partner with kisses.
        They have to obey.
        Resistance is futile.
        Ask, bargain or bear it.
        You must kiss your partner.
        Your partner has to hold on.
        Kiss your partner without asking.
        No matter what happens, keep your eyes closed.
        Your partner is not allowed to refuse.
        You may not say no to this one.
        Undress, like it or not.
        Touch your partner without warning.
        No excuses: dance.
        Make your partner beg.
        Endure it for as long as you can: endure it.
        They surrender to you.
    """,
    "stolen": """
        Kiss your partner before they can react.
        Sneak up from behind and hug them.
        Take a kiss without asking.
        Wake your partner with kisses.
        Snatch a kiss.
        Kiss your partner unexpectedly.
        Give your partner a surprise kiss.
        Ambush your partner with a hug.
        Kiss your partner out of the blue.
        Kiss them when they are not looking.
        Take your partner by surprise.
        Startle your partner with a kiss.
        Creep up behind your partner and kiss their neck.
        At a random moment tonight, kiss them without warning.
        Steal a kiss from your partner.
        Kiss your partner when they least expect it.
        Sneak up on your partner and kiss their neck.
        Surprise your partner with a touch.
        Place three kisses where your partner does not expect them.
        Catch your partner off guard with a kiss.
        Snatch a kiss while they are talking.
    """,
    "held_still": """
        Your partner keeps absolutely still.
        Try not to move.
        Hold perfectly still while they draw on your back.
        Do not twitch.
        Don't move a muscle.
        Your partner lies still like a statue.
        Stand motionless while they circle you.
        Stay perfectly still.
        Your partner may not move.
        Freeze while they kiss you.
        Keep your arms at your sides and do not reach.
        No moving, no touching.
        Try to keep completely still.
        Do not move while your partner kisses your hand.
        Close your eyes and keep your hands still.
        Lie motionless.
        Keep your hands to yourself while they tease you.
    """,
    "graphic": "Fuck your partner.",
    "harm": """
        Kiss until it hurts.
        Drink a shot of vodka and kiss.
        Drip hot wax on their arm.
    """,
    "minors": """
        Kiss like teenagers.
        Play the naughty schoolgirl.
        Kiss the way you did as a girl at school.
    """,
    "others_drawn_in": """
        Text a friend about your night.
        What can your partner's hands do that no other hands have managed?
        Would you like a threesome?
    """,
}


@pytest.mark.parametrize("rule", NEVER)
def test_a_forbidden_phrasing_is_found_whatever_the_tags(rule):
    everything = {
        "preference_keys": taxonomy.PREFERENCE_KEYS,
        "hard_boundaries": taxonomy.BOUNDARY_KEYS,
        "requires_consent_negotiation": True,
    }
    said = sentences(NEVER[rule])
    assert [text for text in said if rule not in complaints(missing(card(text, **everything)))] == []


@pytest.mark.parametrize(
    "text",
    sentences("""
        Say "softer", "firmer" or "enough" at any time.
        Move it away whenever you like.
        Wish freely; doing it is another question.
        Stay as long as it is comfortable.
        Answer as fully as you like; passing is fine too.
        You decide how it ends.
        Hold each other until the song is over.
        Name five things you like about your partner.
    """),
)
def test_what_leaves_both_their_no_is_not_forbidden(text):
    assert tags_in(text, "forbidden") == set()


# --- direction ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    sentences("""
        Let your partner massage your feet.
        Ask your partner to kiss your neck.
        Tell your partner exactly how you want to be kissed.
        Your partner ties your wrists with a scarf.
        Lie back and enjoy your partner's hands.
        Have your partner undress you.
    """),
)
def test_a_dare_in_which_the_active_player_receives_is_a_breach_of_direction(text):
    assert "receives" in complaints(missing(card(text)))
    assert "receives" not in complaints(missing(card("Look at your partner.", text)))


# --- how it reads ------------------------------------------------------------------------------------------------------


def test_a_finding_says_where_it_stands_in_the_text_as_it_was_written():
    text = "Now  S\u00adpank them: \u201cHold  your partner\u2019s  wrists above\u201d …"
    marked = {(finding.tag, text[finding.start : finding.end]) for finding in found(text)}
    assert ("spanking_moderate", "S\u00adpank") in marked
    assert any(tag == "restraints" and words.startswith("Hold") and words.endswith("above") for tag, words in marked)
    assert all(finding.words == text[finding.start : finding.end] for finding in found(text))


@pytest.mark.parametrize("word", ["spank", "spanks", "SPANKED", "Spanking", "spánk", "spank\u200bed"])
def test_inflections_case_accents_and_invisible_signs_do_not_hide_a_word(word):
    assert taxonomy.IMPACT in tags_in(f"They like to {word} a little.")


def test_a_card_lacks_nothing_once_it_names_what_its_words_force():
    text = "Give your partner ten light spanks."
    bare = card(text)
    assert {lack.finding.kind for lack in missing(bare)} == {"boundary", "preference"}
    assert [lack.step for lack in missing(bare)] == [0, 0]
    assert missing(card(text, preference_keys=("spanking_moderate_give", "spanking_moderate_receive"))) == ()


def test_a_long_text_is_read_quickly_and_a_hostile_one_too():
    assert taxonomy.IMPACT in tags_in("kiss " * 200 + "spank")
    assert found("a " * 2_000) == ()
