"""The conversation of `bank review`: a card is shown, a key and Enter decide, and every answer is said after its commit.

It knows lines of text only, so that it is the same in a terminal, without colours, and over a pipe.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

import msgspec

from game_server.activities.bank_edits import FIELDS, WrongEdit, edited
from game_server.activities.bank_import import Progress
from game_server.activities.bank_review import Decision, Outcome, Review
from rooms.activities import taxonomy
from rooms.activities.card import Card, problems
from rooms.activities.opinion import mended, opinion, undrawn
from storage.activities import Kept

Ask = Callable[[str], str | None]
"""Shows a prompt and reads a line; None at the end of the input."""
Say = Callable[[str], None]
Showing = Callable[[], AbstractContextManager[Progress]]
"""Shows progress while it is entered."""

KEYS = "[a]pprove  [f]ix tags  [e]dit  [x] archive  [s]kip  [u]ndo  [q]uit  [?] help"
HELP = """\
a  approve: from now on the card may be drawn (a card in use is kept as it is)
f  fix: add the tags and the clock that the remarks ask for, where they can answer for them
e  edit tags: one field a line, an empty line saves
x  archive: nobody is shown the card any more; an import may bring it back
s  skip: decide another time
u  undo the last decision, of this walk, and go back to its card
q  quit: what was decided stays decided
Every decision is kept at once. The text of a card is not changed here: another text is another card."""
EDIT_HELP = f"""\
One field a line: {", ".join(FIELDS)}.
Lists: +word adds, -word takes away, words replace, none empties. An empty line saves, "cancel" leaves the card as it was.
  boundaries +Impact -Public    keys massage_give, massage_receive    rating R    talk yes    partner +breasts    clock 60"""

_BUSY = "Somebody is importing into the bank: nothing was done. Try again in a moment."


class Conversation:
    """One operator at the cards of a `Review`."""

    def __init__(self, review: Review, ask: Ask, say: Say) -> None:
        self._review = review
        self._ask = ask
        self._say = say

    async def hold(self, *, waiting: bool, flagged: bool, showing: Showing) -> None:
        """Walk over the cards that wait for approval, then over those in use that have remarks, until the end or a quit."""
        if waiting:
            found = await self._review.add_waiting()
            self._say(f"{_cards(found)} for approval." if found else "No card waits for approval.")
            if await self._walk(last=not flagged):
                return
        if flagged:
            with showing() as progress:
                found = await self._review.add_flagged(progress)
            self._say(f"{_cards(found)} in use with remarks." if found else "No other card in use has remarks.")
            await self._walk(last=True)

    async def _walk(self, *, last: bool) -> bool:
        """Until no card is left; whether the operator quit."""
        while True:
            kept = await self._review.next()
            if kept is None or kept.card is None:
                if not last or not self._review.counts.total():
                    return False
                answer = self._ask("That was the last card. [u]ndo or [q]uit > ")
                if (answer or "q").strip().casefold() != "u":
                    return True
                await self._undo()
                continue
            self._show(kept, kept.card)
            if not await self._decide(kept, kept.card):
                return True

    async def _decide(self, kept: Kept, card: Card) -> bool:
        """Until the card is settled, or to be shown anew; False to quit."""
        keys: dict[str, Callable[[Kept, Card], Awaitable[bool]]] = {
            "a": self._approve,
            "f": self._fix,
            "e": self._edit,
            "x": self._archive,
            "s": self._skip,
        }
        while True:
            answer = self._ask(f"{KEYS} > ")
            key = (answer if answer is not None else "q").strip().casefold()
            if key == "q":
                return False
            if key == "u":
                await self._undo()
                return True
            if key in keys:
                if await keys[key](kept, card):
                    return True
            else:
                self._say(HELP)

    # --- decisions: True when the card is to be left or shown anew -------------------------------------------------

    async def _approve(self, kept: Kept, card: Card) -> bool:
        wrong = problems(card)
        if wrong:
            self._say(f"It cannot be approved: {wrong[0].field}: {wrong[0].message} Edit it or archive it.")
            return False
        remarks = opinion(card)
        verb = "Keep it as it is" if card.approved else "Approve it"
        if remarks and not self._is_sure(f"{verb}, with {_remarks(len(remarks))}? [y/N] > "):
            return False
        if card.approved:
            return await self._commit(kept, "kept", None)
        return await self._commit(kept, "approved", msgspec.structs.replace(card, approved=True))

    async def _fix(self, kept: Kept, card: Card) -> bool:
        better = mended(card) if not problems(card) else card
        if better == card:
            self._say("There is nothing that tags could answer for: edit it, approve it as it is, or archive it.")
            return False
        if problems(better):
            self._say(f"With these tags it would not be right ({problems(better)[0].message}) Edit it.")
            return False
        return await self._commit(kept, "edited", better)

    async def _edit(self, kept: Kept, card: Card) -> bool:
        self._say(EDIT_HELP)
        better = card
        while True:
            line = self._ask("edit > ")
            if line is None or line.strip().casefold() == "cancel":
                self._say("Nothing was changed.")
                return False
            if line.strip():
                better = self._with_edit(better, line)
            elif better == card:
                self._say("Nothing was changed.")
                return False
            elif wrong := problems(better):
                self._say(f"Not yet: {wrong[0].field}: {wrong[0].message}")
            else:
                return await self._commit(kept, "edited", better)

    async def _archive(self, kept: Kept, card: Card) -> bool:
        return await self._commit(kept, "archived", msgspec.structs.replace(card, is_active=False))

    async def _skip(self, kept: Kept, _card: Card) -> bool:
        return await self._commit(kept, "skipped", None)

    async def _commit(self, kept: Kept, decision: Decision, card: Card | None) -> bool:
        outcome: Outcome = await self._review.decide(kept, decision, card)
        if outcome == "twice":
            self._say("The bank has the same card already (type and first step). Archive this one.")
            return False
        if outcome == "busy":
            self._say(_BUSY)
            return False
        if outcome == "changed":
            self._say("Somebody else has changed this card meanwhile: nothing was decided.")
        else:
            self._say(f"{decision}.")
        return True

    async def _undo(self) -> None:
        undone = await self._review.undo()
        if undone == "nothing":
            self._say("There is nothing to undo.")
        elif undone == "busy":
            self._say(_BUSY)
        elif undone == "changed":
            self._say("Somebody else has changed that card since: it stays as it is.")
        else:
            self._say(f"Taken back: {undone}.")

    # --- words -----------------------------------------------------------------------------------------------------

    def _with_edit(self, card: Card, line: str) -> Card:
        try:
            better = edited(card, line)
        except WrongEdit as error:
            self._say(str(error))
            return card
        self._say("\n".join(_tag_lines(better)))
        return better

    def _is_sure(self, question: str) -> bool:
        return (self._ask(question) or "").strip().casefold() in ("y", "yes")

    def _show(self, kept: Kept, card: Card) -> None:
        of_whom = {taxonomy.AI: "written by an AI", "bank": "from the bank"}.get(card.source, card.source)
        standing = "in use" if card.approved else "waits for approval"
        lines = [
            "",
            f"── {self._review.number} of {self._review.total} · card {kept.activity_id} · {of_whom} · {standing}",
        ]
        lines += [f"   {step.actor}  {step.do}" for step in card.steps]
        lines += _tag_lines(card)
        lines += [f" ! {problem.field}: {problem.message}" for problem in opinion(card)]
        lines += [f" - {problem.field}: {problem.message}" for problem in undrawn(card)]
        self._say("\n".join(_printable(line) for line in lines))


def summary(review: Review) -> str:
    """What was decided, in one line."""
    parts = [f"{number} {decision}" for decision, number in review.counts.items() if number]
    return (", ".join(parts) or "Nothing was decided") + "."


def _tag_lines(card: Card) -> list[str]:
    tags, parts = card.tags, card.required_bodyparts
    lines = (
        ("", f"{card.rating}{card.intensity} {card.type}"),
        ("themes", _list(tags.themes)),
        ("act", tags.act or "-"),
        ("topics", _list(tags.topics)),
        ("domains", _list(card.domains)),
        ("boundaries", _list((*card.hard_boundaries, *card.hard_limit_keys))),
        ("keys", _list(card.preference_keys)),
        ("modifiers", _list(card.intensity_modifiers)),
        ("clock", ", ".join(f"{step.duration_s} s ({step.actor})" for step in card.steps if step.duration_s) or "-"),
        ("bodies", f"active {_list(parts.active)}, partner {_list(parts.partner)}"),
        ("role", f"{card.power_role or '-'}, audience {card.audience_scope}"),
        ("talk", f"{_yes(card.requires_consent_negotiation)}, apart {_yes(tags.apart)}"),
    )
    return [f"   {name:<11}{value}" for name, value in lines]


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(words) or "-"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _cards(number: int) -> str:
    return f"{number} card{'s' if number != 1 else ''}"


def _remarks(number: int) -> str:
    return f"{number} remark{'s' if number != 1 else ''}"


def _printable(line: str) -> str:
    """What a stranger wrote cannot move the cursor or paint the screen."""
    return "".join(letter if letter.isprintable() else " " for letter in line)
