"""Bugs of consent: buttons, levels, limits."""

from tests.faults.planted.plant import Change, Plant, SqlChange

BATCH = "app.append_commands"

KNOWN = "await _know_bank(services, {facts.bank_revision for facts in found.values()})"

CONSENT = (
    Plant(
        "stale button",
        "a card is skipped that nobody meant, because its place was pressed",
        "an evening",
        (Change("_refuse_without_card", "if on != state.card_seq:", "if False:"),),
    ),
    Plant(
        "completed twice",
        "pressed on both phones a card counts for two",
        "an evening",
        (
            Change(
                "_complete",
                "return  # pressed twice",
                "move.emit(e.Completed(turn=max(state.completed)))\n        return  # pressed twice",
            ),
        ),
    ),
    Plant(
        "over and not over",
        "a game that ended changes again",
        "an evening",
        (Change("_refuse_when_over", 'if state.phase == "ended":', "if False:"),),
    ),
    Plant(
        "level raised alone",
        "one of them decides how far both go",
        "an evening",
        (
            Change(
                "_propose_level",
                "move.emit(e.LevelProposed(level=command.level, by=seat, until=until))",
                "move.change_level(command.level)",
            ),
        ),
    ),
    Plant(
        "own proposal accepted",
        "a second tap is taken for the partner's yes",
        "an evening",
        (Change("_accept_level", "if proposal.by == seat:", "if False:"),),
    ),
    Plant(
        "lapsed proposal accepted",
        "a yes counts that was asked for long ago",
        "an evening",
        (Change("_open_proposal", "proposal is None or move.inputs.now >= proposal.until", "proposal is None"),),
    ),
    Plant(
        "proposal outlives a pause",
        "who paused finds the level raised",
        "an evening",
        (
            Change(
                "_paused",
                "phase=phase, halt_seq=head, resume_wanted=(), proposal=None",
                "phase=phase, halt_seq=head, resume_wanted=()",
            ),
        ),
    ),
    Plant(
        "card above the level",
        "they go down, and the card stays",
        "an evening",
        (
            Change(
                "Move.change_level", "if card is None or not lowered or self._may_stay(card):", "if card is not None:"
            ),
        ),
    ),
    Plant(
        "partner's limit not asked",
        "a card comes that one of them has ruled out",
        "limits on the way",
        (Change("forbidden", "hard, soft = active.hard | partner.hard,", "hard, soft = active.hard,"),),
    ),
    Plant(
        "limits not compared",
        "a card comes that was ruled out while it was drawn",
        "limits on the way",
        (
            SqlChange(
                BATCH,
                "WHEN c.limits_rev IS NOT NULL AND room.limits_rev IS DISTINCT FROM c.limits_rev THEN 'limits'",
                "",
            ),
        ),
    ),
    Plant(
        "limits cached",
        "a limit holds from the next game on",
        "limits on the way",
        (
            Change(
                "known",
                KNOWN,
                "kept = vars(services.rooms).setdefault('known', {})\n"
                "    found = {\n"
                "        room: msgspec.structs.replace(facts, players=kept.setdefault(room, facts.players))\n"
                "        for room, facts in found.items()\n"
                f"    }}\n    {KNOWN}",
            ),
        ),
    ),
    Plant(
        "checked without looking",
        "a card stays that one of them has just ruled out",
        "limits on the way",
        (Change("_recheck", "move.look_again()", "return"),),
    ),
    Plant(
        "resumed without looking",
        "the pause over, the card is back that was ruled out in it",
        "limits on the way",
        (Change("Move.resume", "if card is None or self._may_stay(card):", "if True:"),),
    ),
    Plant(
        "looked at while paused",
        "a card comes onto a paused screen because of a limit",
        "limits on the way",
        (Change("Move.look_again", "not self.state.halted and", ""),),
    ),
)
