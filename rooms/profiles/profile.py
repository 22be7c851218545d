"""What a survey becomes: the shape of a profile, with a default for everything so that a partial one can be held."""

from collections.abc import Mapping

import msgspec

TOP = "Top"
BOTTOM = "Bottom"
SWITCH = "Switch"
VERSATILE = "Versatile/Undefined"

DOMAINS = ("sensation", "connection", "power", "exploration", "verbal")


class Bands(msgspec.Struct, frozen=True):
    """Low to High, for each of the three arousal scores."""

    se: str | None = None
    sis_p: str | None = None
    sis_c: str | None = None


class ArousalPropensity(msgspec.Struct, frozen=True):
    """The dual control model on 0..1: excitation, inhibition by performance worry, inhibition by consequences."""

    se: float | None = None
    sis_p: float | None = None
    sis_c: float | None = None
    bands: Bands = Bands()


class PowerDynamic(msgspec.Struct, frozen=True):
    """Leading and following: scores on 0..100, confidence and intensity on 0..1, None where nothing was said."""

    orientation: str | None = None
    top_score: int | None = None
    bottom_score: int | None = None
    confidence: float | None = None
    confidence_band: str | None = None
    intensity: float | None = None
    preference: str | None = None


class Anatomy(msgspec.Struct, frozen=True):
    """The body parts a player has and those they like on a partner."""

    anatomy_self: list[str] = []
    anatomy_preference: list[str] = []


class Profile(msgspec.Struct, frozen=True):
    """Everything the game knows of a player's wishes.

    `activities` and the topics are on 0..1, `domain_scores` and `openness_score` on 0..100. The limits and what was answered
    maybe or no are stored together as `boundaries`. `answered` are the ids of the questions answered; None: not known, as in
    a profile older than that list. A stored row's JSON objects may be passed as they are.
    """

    arousal_propensity: ArousalPropensity = ArousalPropensity()
    power_dynamic: PowerDynamic = PowerDynamic()
    domain_scores: dict[str, int | float] = {}
    activities: dict[str, float] = {}
    truth_topics: dict[str, int | float] = {}
    hard_limits: list[str] = []
    soft_limits: list[str] = []
    maybe_items: list[str] = []
    anatomy: Anatomy = Anatomy()
    activity_tags: dict[str, bool] = {}
    answered: list[str] | None = None
    declined_items: list[str] = []

    def __post_init__(self) -> None:
        for name, shape in _NESTED.items():
            value = getattr(self, name)
            if isinstance(value, Mapping):
                msgspec.structs.force_setattr(self, name, msgspec.convert(value, shape))


def poles(a: Profile, b: Profile) -> set[str]:
    """The orientations of the two, once each; who has none counts as a Switch."""
    return {player.power_dynamic.orientation or SWITCH for player in (a, b)}


SAME_POLE = ({TOP}, {BOTTOM})
"""The poles of two who would both lead, or both follow."""

_NESTED = {"arousal_propensity": ArousalPropensity, "power_dynamic": PowerDynamic, "anatomy": Anatomy}
