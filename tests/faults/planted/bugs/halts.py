"""Bugs of pauses and stops."""

from tests.faults.planted.plant import Change, Plant

HALTS = (
    Plant(
        "stop queued behind commands",
        "the card stays on both screens while something else is waited for",
        "a slow commit",
        (
            Change(
                "Conversation.__init__",
                "in self._spoken.halts.items()}",
                "in self._spoken.halts.items() if kind != 'stop'}",
            ),
        ),
    ),
    Plant(
        "halt for one phone",
        "the partner goes on reading a card that was stopped",
        "a slow commit",
        (
            Change(
                "Rooms.halt",
                "self.ring(feed.id, Bell(by=self.name, halt=kind, halt_number=self._halts))",
                "pass",
            ),
        ),
    ),
    Plant(
        "halt not lifted",
        "the card stays hidden though nobody paused",
        "asked again",
        (Change("Feed.lift", "self.show_state()", "pass"),),
    ),
    Plant(
        "pause that freezes nothing",
        "a pause is acknowledged and the game goes on",
        "an evening",
        (Change("_pause", "if not state.halted or state.resume_wanted:", "if state.resume_wanted:"),),
    ),
    Plant(
        "stop of a pause is a pause",
        "who said red while paused gets no cool-down",
        "an evening",
        (Change("_stop", "if cooling and not state.resume_wanted:", "if state.halted and not state.resume_wanted:"),),
    ),
    Plant(
        "stop leaves the card",
        "what was stopped is back as soon as they go on",
        "an evening",
        (Change("_stop", "if state.card:", "if False:"),),
    ),
    Plant(
        "stop that deals",
        "after red the next card comes at once",
        "an evening",
        (
            Change(
                "_stop",
                "move.emit(e.Stopped(until=until, aftercare=AFTERCARE))",
                "move.emit(e.Stopped(until=until, aftercare=AFTERCARE))\n    if state.type:\n        move.card()",
            ),
        ),
    ),
    Plant(
        "card after a halt",
        "a skip under way brings a card onto a paused screen",
        "an evening",
        (Change("_skip", "_refuse_outside_play(state)", "_refuse_when_over(state)"),),
    ),
    Plant(
        "paused card in the view",
        "a phone that pauses shows what it was to hide",
        "an evening",
        (Change("_card_on_screen", "None if state.halted else state.card", "state.card"),),
    ),
    Plant(
        "one resume is enough",
        "one of them goes on, and the other one had said stop",
        "an evening",
        (Change("_resume", "if state.seat(across).taken and across not in state.resume_wanted:", "if False:"),),
    ),
    Plant(
        "yes kept over a new pause",
        "a yes to an earlier pause counts for the next one",
        "an evening",
        (
            Change(
                "_paused",
                "phase=phase, halt_seq=head, resume_wanted=(), proposal=None",
                "phase=phase, halt_seq=head, proposal=None",
            ),
        ),
    ),
    Plant(
        "clock that outlives its card",
        "a clock runs on the paused screen, and on the next card",
        "an evening",
        (Change("_paused", "proposal=None, timer=None)", "proposal=None)"),),
    ),
    Plant(
        "cool-down ignored",
        "after red they go on in the same minute",
        "an evening",
        (Change("_resume", "if state.cool_down_until and move.inputs.now < state.cool_down_until:", "if False:"),),
    ),
)
