"""Bugs of privacy: what one says, and who said no."""

from tests.faults.planted.plant import Change, Plant

PRIVACY = (
    Plant(
        "feedback told",
        "the partner reads what was said of the card",
        "an evening",
        (Change("_feedback", "event if event.by == seat else", "event if event else"),),
    ),
    Plant(
        "one message for both",
        "seat B gets what seat A is to read",
        "an evening",
        (Change("differs", "isinstance(event, e.FeedbackGiven) or before.head == 0", "before.head == 0"),),
    ),
    Plant(
        "feedback of the other one",
        "a screen shows the partner's word as one's own",
        "an evening",
        (
            Change(
                "_own_feedback",
                "{turn: given[seat] for turn, given in source.items() if seat in given}",
                "{turn: next(iter(given.values())) for turn, given in source.items()}",
            ),
        ),
    ),
    Plant(
        "skip attributed in the log",
        "whoever reads the log knows who said no",
        "an evening",
        (Change("_cause", "secret = type(command) in UNATTRIBUTED", "secret = False"),),
    ),
    Plant(
        "skip attributed on the wire",
        "the partner sees who did not want the card",
        "an evening",
        (
            Change("CardReplaced", "consecutive_skips: int", "consecutive_skips: int\n    by: SeatName | None = None"),
            Change(
                "CardReplacedSeen", "consecutive_skips: int", "consecutive_skips: int\n    by: SeatName | None = None"
            ),
            Change(
                "_TOLD",
                "consecutive_skips=event.consecutive_skips",
                "consecutive_skips=event.consecutive_skips, by=event.by",
            ),
            Change("_skip", "move: Move, _: SeatName", "move: Move, seat: SeatName"),
            Change("_skip", "move.replace()", "move.asker = seat\n    move.replace()"),
            Change("Move.__init__", "self.state = state", "self.state = state\n        self.asker = None"),
            Change("Move._put", "consecutive_skips=skips)", "consecutive_skips=skips, by=self.asker)"),
        ),
    ),
)
