"""Every shipped card against every limit of either player, on every way a card can come: none that is ruled out is ever shown.

The ways: as usual, instead of another (a skip, a limit, a resume), a favourite, a card that only this room may see, a plain one,
for two who are apart, and every step that the draw gives way by. Asked of the draw's own choice before the dice fall: what is
not in it cannot come. `GET /api/activities` asks the same gate, in `tests/game_server/test_activity_list.py`.
"""

from collections.abc import Iterator
from itertools import product

import msgspec
import pytest

from rooms.activities import taxonomy
from rooms.seats import SeatName
from rooms.sessions.draw import NEUTRALLY, Request, candidates, ruled_out
from rooms.sessions.index import Bits, Index
from rooms.sessions.limits import Pair, Player
from rooms.sessions.state import LEVELS
from tests.rooms.plain_gate import may_see
from tests.support.evening import WILLING, shipped_bank

PHASES = (1, 10, 20, 25)
"""A step in each, so that every intensity has its turn."""


def limits_of_one() -> Iterator[tuple[str, Player]]:
    """Everything that one person can rule out, each alone, and all at once."""
    yes = WILLING.answers or {}
    for key in taxonomy.BOUNDARY_KEYS:
        yield f"hard {key}", msgspec.structs.replace(WILLING, hard=frozenset({key}))
        yield f"soft {key}", msgspec.structs.replace(WILLING, soft=frozenset({key}))
    for key in taxonomy.PREFERENCE_KEYS:
        for word, answer in (("no", 0.0), ("maybe", 0.5)):
            yield f"{word} {key}", msgspec.structs.replace(WILLING, answers={**yes, key: answer})
        yield f"open {key}", msgspec.structs.replace(WILLING, answers={k: v for k, v in yes.items() if k != key})
    for topic in taxonomy.TOPICS:
        yield f"topic {topic}", msgspec.structs.replace(WILLING, declined_topics=frozenset({topic}))
    for part in taxonomy.BODY_PARTS:
        yield f"without {part}", msgspec.structs.replace(WILLING, anatomy=WILLING.anatomy - {part})
    yield "never asked", msgspec.structs.replace(WILLING, asked=False)
    yield "no survey", Player(anatomy=WILLING.anatomy)
    nothing = dict.fromkeys(taxonomy.PREFERENCE_KEYS, 0.0)
    everything = frozenset(taxonomy.BOUNDARY_KEYS)
    yield "everything", Player(hard=everything, asked=True, answers=nothing, declined_topics=frozenset(taxonomy.TOPICS))


LIMITS = dict(limits_of_one())


class Ways:
    """The ways a card can come, over the shipped cards, as cards of the bank and as cards of the room alone."""

    def __init__(self, roll: float = 0.0) -> None:
        self.roll = roll
        self.bank = Index(shipped_bank())
        self.nothing = Index()
        self.ids = frozenset(card.activity_id for card in self.bank.cards if card.activity_id)

    def all(self, ask: Request, pair: Pair) -> Iterator[tuple[str, Bits]]:
        """Way → what could come on it. Each step of giving way is forced by taking away what comes before it."""
        again = msgspec.structs.replace
        seen = {
            seat: again(player, recent=self.ids, last_seen=dict.fromkeys(self.ids, 1)) for seat, player in pair.items()
        }
        usual, _ = self._could(ask, pair)
        yield "usual", usual
        yield "own", self._could(ask, pair, own=True)[0]
        yield "favourite", self._could(ask, pair, favourites=self.ids)[0]
        yield "theme", self._could(again(ask, tired=frozenset(taxonomy.THEMES)), pair)[0]
        yield "no repeat", self._could(ask, seen)[0]
        yield "no repeat of their own", self._could(ask, seen, own=True)[0]
        yield "plain", self._could(again(ask, plain=True), pair)[0]
        yield "apart", self._could(again(ask, apart=True), pair)[0]
        yield "window", self._window(ask, pair, usual)

    def _window(self, ask: Request, pair: Pair, cards: Bits) -> Bits:
        """What could come when nothing in the window is left."""
        shown: tuple[int, ...] = ()
        while cards:
            shown += tuple(card.activity_id or 0 for card in self.bank.among(cards))
            cards, relaxed = self._could(msgspec.structs.replace(ask, shown=shown), pair)
            if relaxed not in (None, "theme"):
                return cards
        return 0

    def _could(
        self, ask: Request, pair: Pair, *, own: bool = False, favourites: frozenset[int] = frozenset()
    ) -> tuple[Bits, str | None]:
        shelves = (self.nothing, self.bank) if own else (self.bank,)
        choices, relaxed = candidates(ask, shelves, pair, ruled_out(ask, self.roll, pair)[0], favourites)
        assert bool(choices) == (relaxed != NEUTRALLY)
        return (choices[-1] if choices else 0), relaxed


@pytest.fixture(scope="module")
def ways() -> Ways:
    return Ways()


def look(
    ways: Ways,
    limit: str,
    level: str,
    limited: SeatName,
    phases: tuple[int, ...],
    *,
    types: tuple[str, ...] = taxonomy.TYPES,
) -> set[str]:
    """Look at every way with this limit on one side; the ways on which there was anything to look at."""
    pair: dict[SeatName, Player] = {"A": WILLING, "B": WILLING}
    pair[limited] = LIMITS[limit]
    used = set()
    for type_, (active, partner) in product(types, (("A", "B"), ("B", "A"))):
        of_type = ways.bank.among(ways.bank.type[type_])
        may = ways.bank.numbered(
            card.activity_id or 0
            for card in of_type
            if may_see(card, level, pair[active], pair[partner])  # type: ignore[index, arg-type]
        )
        for step in phases:
            ask = Request(active=active, type=type_, level=level, step=step, target=25)  # type: ignore[arg-type]
            for way, cards in ways.all(ask, pair):
                assert not cards & ~may, (way, limit, level, limited)
                assert way != "apart" or not cards & ~ways.bank.apart
                used |= {way} if cards else set()
    return used


@pytest.mark.parametrize("limited", ["A", "B"])
def test_no_way_brings_a_card_that_a_limit_rules_out(ways, limited):
    """Each at a level, a phase and a type of its own; the long test takes each with each, and what is softer than a no."""
    used = set()
    hard = [limit for limit in LIMITS if limit.split()[0] not in ("soft", "maybe", "open")]
    for number, limit in enumerate(hard):
        used |= look(
            ways, limit, LEVELS[number % 3], limited, (PHASES[number % 4],), types=(taxonomy.TYPES[number % 2],)
        )
    assert used == {
        "usual", "own", "favourite", "theme", "no repeat", "no repeat of their own", "plain", "apart", "window",
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("limited", ["A", "B"])
@pytest.mark.parametrize("level", LEVELS)
def test_no_way_brings_a_card_that_any_limit_rules_out_at_any_level_and_time(ways, limited, level):
    for limit in LIMITS:
        look(ways, limit, level, limited, PHASES)
