"""The survey's wording as data, version 0.4: nine chapters with 75 questions, and D1 and D2, which come before them.

The ids and what each question measures are fixed; the words are ours: for adults, clinical, kind, for any gender. Every
sentence must read well for whoever answers, so bodies and roles are named only where the question is about them.
"""

from typing import Literal

import msgspec

from rooms.activities.taxonomy import BODY_PARTS, BOUNDARY_KEYS

VERSION = "0.4"

Kind = Literal["likert7", "ymn", "checklist", "multiselect"]


class Option(msgspec.Struct, frozen=True):
    """One possible answer: the value that is sent and the words that are shown."""

    value: str | int
    label: str


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question. `key` is the activity or truth topic it sets; `options` stand here where the kind has none."""

    id: str
    kind: Kind
    text: str
    key: str | None = None
    note: str | None = None
    options: tuple[Option, ...] = ()


class Chapter(msgspec.Struct, frozen=True):
    """A page of the survey with the words that lead into it."""

    title: str
    lead_in: str
    questions: tuple[Question, ...]


def _statements(*rows: tuple[str, str]) -> tuple[Question, ...]:
    return tuple(Question(id=id_, kind="likert7", text=text) for id_, text in rows)


def _wishes(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> tuple[Question, ...]:
    """Rows of id, key, text and, where care is called for, a note."""
    return tuple(Question(row[0], "ymn", row[2], key=row[1], note=row[3] if len(row) > 3 else None) for row in rows)  # noqa: PLR2004  the note's place


def _options(values: tuple[str, ...], labels: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in zip(values, labels, strict=True))


_BODY_PARTS = _options(BODY_PARTS, ("Penis", "Vagina", "Breasts"))

SCALES: dict[str, tuple[Option, ...]] = {
    "likert7": tuple(
        Option(value, label)
        for value, label in enumerate(
            (
                "Not at all like me",
                "Mostly not like me",
                "Slightly not like me",
                "Neither",
                "Slightly like me",
                "Mostly like me",
                "Very much like me",
            ),
            start=1,
        )
    ),
    "ymn": (Option("Y", "Yes"), Option("M", "Maybe"), Option("N", "No")),
}

BEFORE = (
    Question(
        "D1",
        "multiselect",
        "Which of these are part of your body?",
        note="It helps to choose cards that can work for the two of you. Choose all that apply.",
        options=_BODY_PARTS,
    ),
    Question(
        "D2",
        "multiselect",
        "Which of these do you enjoy on a partner?",
        note="Choose all that apply.",
        options=_BODY_PARTS,
    ),
)

_AROUSAL_AND_POWER = Chapter(
    "Arousal & Power",
    "How desire starts for you, what quiets it, and whether you like to lead or to follow. "
    "There is no better or worse here: answer for how you usually are.",
    _statements(
        ("A1", "A warm look or a playful remark from someone I like is enough to awaken my desire."),
        ("A2", "When I picture an intimate moment, my body responds quickly."),
        ("A3", "A touch, a scent or a voice can turn my mood towards intimacy within moments."),
        ("A4", "Once I feel attracted to someone, arousal comes easily and stays with me."),
        ("A5", "When I worry about how well I am doing, my arousal fades."),
        ("A6", "Feeling observed or assessed makes it hard for me to stay in the moment."),
        ("A7", "I need to feel confident before I can relax into intimacy."),
        ("A8", "When my body does not respond as I had hoped, I find it hard to carry on."),
        ("A9", "The thought that someone could overhear us or walk in takes me out of the mood."),
        ("A10", "Open questions about health or protection make me hold back."),
        ("A11", "If I might regret it later, my desire drops."),
        ("A12", "I can only let go when I am certain that our privacy and trust are protected."),
        ("A13", "I enjoy setting the pace and deciding what happens next."),
        ("A14", "I enjoy it when my partner decides what happens next."),
        ("A15", "Being trusted with control excites me."),
        ("A16", "Handing control to someone I trust excites me."),
    ),
)

_PHYSICAL_TOUCH = Chapter(
    "Physical Touch",
    "From gentle to very intense. Each touch is asked twice: once for receiving it, once for giving it. "
    "Yes, Maybe and No are all good answers, and a No is always respected.",
    _wishes(
        ("B1a", "massage_receive", "Receiving a slow massage"),
        ("B1b", "massage_give", "Giving a slow massage"),
        ("B2a", "hair_pull_gentle_receive", "Having your hair gently pulled"),
        ("B2b", "hair_pull_gentle_give", "Gently pulling your partner's hair"),
        ("B3a", "biting_moderate_receive", "Being bitten playfully, firm enough to feel it"),
        ("B3b", "biting_moderate_give", "Biting your partner playfully, firm enough to feel it"),
        ("B4a", "spanking_moderate_receive", "Being spanked at a moderate strength"),
        ("B4b", "spanking_moderate_give", "Spanking your partner at a moderate strength"),
        ("B5a", "hands_genitals_receive", "Being touched intimately by your partner's hands"),
        ("B5b", "hands_genitals_give", "Touching your partner intimately with your hands"),
        ("B6a", "spanking_hard_receive", "Being spanked hard"),
        ("B6b", "spanking_hard_give", "Spanking your partner hard"),
        ("B7a", "slapping_receive", "Being slapped, in a way the two of you have agreed on"),
        ("B7b", "slapping_give", "Slapping your partner, in a way the two of you have agreed on"),
        (
            "B8a",
            "choking_receive",
            "Feeling your partner's hand on your throat",
            "Pressure on the throat is never free of risk. Talk about it first, and agree on a sign to stop.",
        ),
        (
            "B8b",
            "choking_give",
            "Placing your hand on your partner's throat",
            "Pressure on the throat is never free of risk. Talk about it first, and agree on a sign to stop.",
        ),
        ("B9a", "spitting_receive", "Play with saliva, with you receiving"),
        ("B9b", "spitting_give", "Play with saliva, with you giving"),
        ("B10a", "watersports_receive", "Play with urine, with you receiving"),
        ("B10b", "watersports_give", "Play with urine, with you giving"),
    ),
)

_ORAL = Chapter(
    "Oral",
    "About lips and tongue: where you like to feel them, and where you like to use yours.",
    _wishes(
        ("B11a", "oral_sex_receive", "Receiving oral sex"),
        ("B11b", "oral_sex_give", "Giving oral sex"),
        ("B12a", "oral_body_receive", "Having your body kissed and licked"),
        ("B12b", "oral_body_give", "Kissing and licking your partner's body"),
    ),
)

_ANAL = Chapter(
    "Anal",
    "Some people love this, some are curious, many would rather not. Any answer is a complete answer.",
    _wishes(
        ("B13a", "anal_fingers_toys_receive", "Anal touch with fingers or toys, with you receiving"),
        ("B13b", "anal_fingers_toys_give", "Anal touch with fingers or toys, with you giving"),
        ("B14a", "rimming_receive", "Oral-anal contact, with you receiving"),
        ("B14b", "rimming_give", "Oral-anal contact, with you giving"),
    ),
)

_POWER_EXCHANGE = Chapter(
    "Power Exchange",
    "Play with control that one of you lends to the other for a while. It rests on trust, and either of you can end it "
    "at any moment.",
    _wishes(
        ("B15a", "restraints_receive", "Being held or tied in place"),
        ("B15b", "restraints_give", "Holding or tying your partner in place"),
        ("B16a", "blindfold_receive", "Wearing a blindfold"),
        ("B16b", "blindfold_give", "Blindfolding your partner"),
        ("B17a", "orgasm_control_receive", "Letting your partner decide when you may climax"),
        ("B17b", "orgasm_control_give", "Deciding when your partner may climax"),
        ("B18a", "protocols_receive", "Following rules or rituals the two of you have agreed on"),
        ("B18b", "protocols_give", "Setting rules or rituals for your partner that the two of you have agreed on"),
    ),
)

_VERBAL_AND_ROLEPLAY = Chapter(
    "Verbal & Roleplay",
    "Words, voices and made-up scenes: what you would like to say, hear or play.",
    _wishes(
        ("B19", "dirty_talk", "Talking to each other in explicit words"),
        ("B20", "moaning", "Letting your pleasure be heard, and hearing your partner's"),
        ("B21", "roleplay", "Playing characters or scenes together"),
        ("B22a", "commands_receive", "Being told what to do"),
        ("B22b", "commands_give", "Telling your partner what to do"),
        ("B23a", "begging_receive", "Begging your partner for what you want"),
        ("B23b", "begging_give", "Hearing your partner beg for what they want"),
    ),
)

_DISPLAY_AND_PERFORMANCE = Chapter(
    "Display & Performance",
    "Showing yourself and looking on, only ever between the two of you.",
    _wishes(
        ("B24a", "stripping_self", "Undressing slowly for your partner"),
        ("B24b", "watching_strip", "Watching your partner undress slowly for you"),
        ("B25a", "solo_pleasure_self", "Pleasuring yourself while your partner watches"),
        ("B25b", "watching_solo_pleasure", "Watching your partner pleasure themselves"),
        ("B26", "posing_self", "Posing for your partner's eyes"),
        ("B27", "dancing_self", "Dancing sensually for your partner"),
        ("B28", "revealing_clothing_self", "Wearing something revealing for your partner"),
    ),
)

_TRUTH_TOPICS = Chapter(
    "Truth Topics",
    "What you would be glad to talk about when a question comes up.",
    _wishes(
        ("B29", "past_experiences", "Your past intimate experiences"),
        ("B30", "fantasies", "Your fantasies"),
        ("B31", "turn_ons", "What excites you"),
        ("B32", "turn_offs", "What puts you off"),
        ("B33", "insecurities", "What you feel unsure about"),
        ("B34", "boundaries", "Your boundaries and the reasons behind them"),
        ("B35", "future_fantasies", "What you would like to try one day"),
        ("B36", "feeling_desired", "What makes you feel desired"),
    ),
)

_BOUNDARIES_AND_SAFETY = Chapter(
    "Boundaries & Safety",
    "What should never come up, at any level. You can change this whenever you like, and your partner is not told "
    "which of you set a limit.",
    (
        Question(
            "C1",
            "checklist",
            "Which of these are hard limits for you?",
            note="Choose as many as you need, or none.",
            options=_options(
                BOUNDARY_KEYS,
                (
                    "Impact: spanking, slapping, biting",
                    "Restraint: being tied, held or blindfolded",
                    "Breath: any pressure on the throat",
                    "Degradation: humiliating words or acts",
                    "Public: being seen or overheard by others",
                    "Recording: photos, sound or video",
                    "Anal: any anal touch",
                    "Watersports: play with urine",
                ),
            ),
        ),
    ),
)

CHAPTERS = (
    _AROUSAL_AND_POWER,
    _PHYSICAL_TOUCH,
    _ORAL,
    _ANAL,
    _POWER_EXCHANGE,
    _VERBAL_AND_ROLEPLAY,
    _DISPLAY_AND_PERFORMANCE,
    _TRUTH_TOPICS,
    _BOUNDARIES_AND_SAFETY,
)

# Leading and following, a gentle touch, words, trust, and the hard limits: enough for cards that fit. The four power
# questions stay together, because one of a pair left open would count as a low answer.
SHORT_FORM = ("A13", "A14", "A15", "A16", "B1a", "B1b", "B19", "B30", "B36", "C1")


def _keys(*chapters: Chapter) -> dict[str, str]:
    return {question.id: question.key for chapter in chapters for question in chapter.questions if question.key}


IN_CHAPTERS = tuple(question.id for chapter in CHAPTERS for question in chapter.questions)
TOPIC_OF_QUESTION = _keys(_TRUTH_TOPICS)
ACTIVITY_OF_QUESTION = _keys(*(chapter for chapter in CHAPTERS if chapter is not _TRUTH_TOPICS))
