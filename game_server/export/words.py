"""How an export speaks to the person who reads it: titles, a line for each section, and the survey's own questions."""

from collections.abc import Mapping
from typing import Any

from game_server.languages.catalogues import Language, catalogue
from rooms.profiles.questions import SCALES
from rooms.profiles.survey import QUESTIONS
from storage.export_catalog import NOT_SHOWN, SHOWN

TITLES: dict[str, tuple[str, str]] = {
    "account": ("Your account", "What stands in it, and what is kept about signing in."),
    "consent": ("What you have stated", "As it holds now."),
    "consents": (
        "What you have agreed to, and when",
        "Each entry is yours; nobody changes one any more. That a game was paused or stopped stands in its log, without a name.",
    ),
    "profile": (
        "Your profile and limits",
        "What follows from your answers, to choose cards by; nobody else sees it so. A 0 may stand for a question left open.",
    ),
    "survey_handed_in": ("Your answers, as handed in", "Kept sealed with a key of your own, and opened for you here."),
    "survey_begun": ("Your answers, as saved", "Kept sealed too."),
    "games": (
        "Your games",
        "With the cards that were kept, and the log as your phone was told it. Who skipped, paused or stopped is not kept.",
    ),
    "notes": ("Your notes to yourself", "Kept sealed with a key of your own, and opened for you here."),
    "history": (
        "The cards you were shown",
        "And how you found them. Your partner sees only, while you are connected, which of them both of you liked.",
    ),
    "partners": ("The partners you remember", ""),
    "connections": (
        "Requests and connections",
        "As your list of them shows them. With each partner stands what they let you see at this moment.",
    ),
    "blocked": ("Whom you have blocked", ""),
    "cards_written_together": ("Cards you wrote together", "Yours, and your partner's while you are connected."),
    "notifications": ("What you were told", ""),
    "pushes": ("What was sent to your devices", ""),
    "devices": ("Your devices", "By number and kind. By what they are reached is the server's secret."),
    "logins": ("Where you were signed in", ""),
    "mails": ("Mails to your address", "What they said is not kept."),
    "mailed_links": ("Links that were mailed to you", ""),
    "purchases": ("What you bought", ""),
    "transactions": ("Payments", ""),
    "refunds": ("Refunds", ""),
    "bonds": (
        "Your bonds",
        "As their members see them, also one that is over while it can be read. Of one you left only what went with you.",
    ),
    "memberships": ("What you say of yourself in your bonds", "Your pauses and your votes nobody else sees."),
    "bond_requests": ("Bonds you asked to be let into", ""),
    "bond_log": ("What happened to your bonds", "Of a pause without a name."),
    "states": ("What state you declared, and why", "For nobody but yourself."),
    "boundaries": ("What your bonds rate", "What somebody said to it is theirs; what both said yes to is mutual."),
    "boundary_ratings": ("Your ratings", "Yours alone."),
    "personal_limits": (
        "Your limits",
        "Those that came of a hard no in a bond: yours alone, also when the bond is over.",
    ),
    "task_templates": ("Templates of tasks", ""),
    "task_series": ("Tasks that come again", ""),
    "tasks": ("Tasks", "All of your bonds, whoever asked whom."),
    "task_proof": ("What was shown of tasks", "Since you came."),
    "rules": ("Rules", ""),
    "rule_answers": ("Who said yes or no to a rule", ""),
    "rewards": ("Rewards", ""),
    "points": ("Points", "Every change of them since you came."),
    "point_balances": ("Points that everybody has", ""),
    "journal": (
        "Journal",
        "Your own entries, and those that others share with you. Sealed with their writer's key, and opened here.",
    ),
    "calendar": ("Calendar", ""),
    "calendar_feeds": ("Calendars you feed to another program", "By what secret is kept nowhere."),
    "contracts": ("Contracts", "No legal force, either ends it at once."),
    "contract_signatures": ("Who signed a contract", ""),
    "scenes": ("Scenes", "Since you came."),
    "scene_confirmations": ("Who confirmed a scene", ""),
    "scene_debriefs": ("What was said of a scene afterwards", "Your own, and what others share with you."),
    "check_ins": ("Check-ins", "Your own, and those said to your bonds."),
    "messages": ("Messages", "Of your bonds since you came, and with characters of an AI."),
    "attachments": ("What hangs on messages", ""),
    "files": ("Pictures you uploaded", "Their list. Each is to be had in the app."),
    "resources": ("What you keep to read", "And what others share with you."),
    "achievements": ("What was reached", ""),
    "characters": ("Your characters", ""),
    "character_drafts": ("A character you are making", ""),
    "conversations": ("Conversations with characters", ""),
    "pictures": ("Pictures you asked an AI for", ""),
    "ai_answers": ("What answers of an AI took", "Numbers, no words."),
    "compositions": ("Compositions of pictures", ""),
    "poses": ("Poses of characters", ""),
    "notion": ("Your Notion", "What is connected. The tokens are not told."),
    "notion_databases": ("Databases in your Notion", ""),
    "notion_pages": ("Pages in your Notion", "Which page is which row."),
    "notion_conflicts": ("Conflicts with your Notion", "What stands there and is not taken over."),
    "notion_runs": ("Runs through your Notion", ""),
    "left_out": (
        "What is not in here, and why",
        "Everything else that the server keeps, by the name of the table and the column.",
    ),
}
"""By section."""

TITLE = "Your data"
KEPT = "Everything that is kept about you, as it was on {moment}. This file is yours alone: whoever has it can read it."
NOTHING, ENTRIES, YES, NO = "Nothing.", "Entries: {count}", "yes", "no"

BESIDE = (
    "accepted_by_me", "accepted_by_me_at", "accepted_by_partner", "achievement", "answers", "asked_about_limits", "cards",
    "claimed", "compatibility", "failed_sign_ins", "limits_set_by_hand_since", "log", "mails_refused_at", "partner",
    "password_changed_at", "person_in_ledger", "role", "what", "why", "written_by_me", "cannot_be_opened", "is_founder",
    "is_mutual", "keys", "members", "settings", "user_id", "with", "slow", "stop", "nonverbal",
)  # fmt: skip
"""Names in an export that are no column's."""

WITHIN = (
    "active_player", "actor", "aftercare", "anatomy_preference", "anatomy_self", "asked", "by", "card",
    "consecutive_skips", "dare", "do", "executed", "feedback", "kept", "level", "maybe_items", "minutes",
    "partner_player", "phase", "remaining", "seq_no", "steps", "summary", "t", "truth", "until",
)  # fmt: skip
"""Names within what one column holds: a profile, a game's state, its log and its cards."""


def label(name: str) -> str:
    """A name of the database as words, in English."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


LABELS = tuple(
    sorted({label(name) for name in (*BESIDE, *WITHIN, *(one for shown in SHOWN.values() for one in shown.columns))})
)
WHY = tuple(sorted({*NOT_SHOWN.values(), *(why for shown in SHOWN.values() for why in shown.left_out.values())}))
SAID = (
    TITLE,
    KEPT,
    NOTHING,
    ENTRIES,
    YES,
    NO,
    *(one for pair in TITLES.values() for one in pair if one),
    *LABELS,
    *WHY,
)
"""Every sentence of it, in English; the survey's are in a catalogue of their own."""

_BY_VALUE = {kind: {option.value: option.label for option in options} for kind, options in SCALES.items()}


class Words:
    """An export's words in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.say = catalogue("server", language).say
        self._of_survey = catalogue("survey", language).say

    def title(self, section: str) -> tuple[str, str]:
        """A section's title, and a line about it."""
        title, about = TITLES[section]
        return self.say(title), self.say(about) if about else ""

    def label(self, name: str) -> str:
        """A name of the database as words."""
        return self.say(label(name))

    def answers(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Answers by the question they are to, in its own words."""
        return dict(self._answer(name, value) for name, value in given.items())

    def _answer(self, name: str, value: Any) -> tuple[str, Any]:
        question = QUESTIONS.get(name)
        if question is None:
            return name, value
        known = _BY_VALUE.get(question.kind) or {option.value: option.label for option in question.options}
        said = [self._said(known, one) for one in value] if isinstance(value, list) else self._said(known, value)
        return f"{name}: {self._of_survey(question.text)}", said

    def _said(self, known: Mapping[Any, str], value: Any) -> Any:
        found = known.get(value) if isinstance(value, str | int | float) else None
        return value if found is None else self._of_survey(found)
