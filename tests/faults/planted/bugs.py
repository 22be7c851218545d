"""The bugs that are planted, each one that somebody could write. What no longer fits the program is anchored anew, never dropped.

A plant that changes more than one place is one bug whose other half something else would catch first.
"""

from tests.faults.planted.plant import Change, Plant, SqlChange

BATCH = "app.append_commands"

COMMITS = (
    Plant(
        "acknowledge before commit",
        "a phone shows as done what a lost commit never kept",
        "a lost commit",
        (
            Change(
                "_committed",
                "return await asyncio.shield(submitted)",
                'services.rooms.announce(feed, news)\n        return Verdict("won", None, None, append.head)',
            ),
        ),
    ),
    Plant(
        "publish before commit",
        "both see a card that was never dealt",
        "a lost commit",
        (
            Change(
                "_settled",
                "verdict = await services.commits.submit(append)",
                "services.rooms.announce(feed, news)\n    verdict = await services.commits.submit(append)",
            ),
        ),
    ),
    Plant(
        "unknown outcome refused for good",
        "the card counts, and the phone that did it says that it failed",
        "a slow commit",
        (Change("_played", "raise errors.Unavailable from error", "raise errors.Stale from error"),),
    ),
    Plant(
        "loser told as winner",
        "of two who press at once one believes that it counted",
        "at the same time",
        (Change("_try", 'case "won":', 'case "won" | "head":'),),
    ),
    Plant(
        "head not compared",
        "two things happen at one place of the log, and each phone sees another one",
        "at the same time",
        (
            SqlChange(BATCH, "WHEN s.head IS DISTINCT FROM c.expected THEN 'head'", ""),
            SqlChange(
                "app.write_rooms",
                "jsonb_array_elements(c.events) ev;",
                "jsonb_array_elements(c.events) ev ON CONFLICT DO NOTHING;",
            ),
        ),
    ),
    Plant(
        "dropped id check",
        "what is asked again after a lost answer happens twice",
        "asked again",
        (
            SqlChange(BATCH, "WHEN r.session_id IS NOT NULL THEN 'replied'", ""),
            SqlChange(
                "app.write_rooms",
                "FROM unnest(won) c WHERE c.command_id IS NOT NULL;",
                "FROM unnest(won) c WHERE c.command_id IS NOT NULL ON CONFLICT DO NOTHING;",
            ),
        ),
    ),
    Plant(
        "reply not stored",
        "nobody can tell later that it was answered",
        "asked again",
        (
            SqlChange(
                "app.write_rooms",
                "FROM unnest(won) c WHERE c.command_id IS NOT NULL;",
                "FROM unnest(won) c WHERE false;",
            ),
        ),
    ),
    Plant(
        "body not compared",
        "an id used again for something else is answered as if that had been done",
        "asked again",
        (Change("_again", "if answer is None or verdict.body_hash != answer.body_hash:", "if answer is None:"),),
    ),
    Plant(
        "seat not in the hash",
        "one seat is answered with what the other one did",
        "asked again",
        (Change("answer_of", "keyed_hash(seat.encode(), ", 'keyed_hash(b"", '),),
    ),
    Plant(
        "answered with the head",
        "a retry is told another place in the log than the first time",
        "asked again",
        (Change("_again", 'seq = cast("int", verdict.seq)', "seq = feed.head"),),
    ),
    Plant(
        "log without causes",
        "the log cannot be replayed: nobody knows what anything came from",
        "an evening",
        (SqlChange("app.write_rooms", "nullif(ev -> 'cause', 'null')", "NULL"),),
    ),
    Plant(
        "fence not compared",
        "a phone that was replaced plays on",
        "a newer phone",
        (SqlChange(BATCH, "WHEN c.fence IS NOT NULL AND c.fence IS DISTINCT FROM place.fence THEN 'fenced'", ""),),
    ),
    Plant(
        "older phone stays",
        "two phones of one seat show one game",
        "a phone takes over",
        (Change("Rooms.replace", "seated.phone.close(Close.REPLACED)", "continue"),),
    ),
)

DELIVERY = (
    Plant(
        "bell lost without poll",
        "the partner waits for a card that is long there",
        "no bells",
        (Change("Attendant._poll", "await self._catch_up(session_id)", "continue"),),
    ),
    Plant(
        "hole swallowed",
        "after one lost bell a phone shows another game",
        "one bell missing",
        (Change("Feed.advance", "if item.seq != self.head + 1:", "if False:"),),
    ),
    Plant(
        "replay skips an event",
        "whoever was away misses what came first",
        "coming back",
        (Change("frames_after", "if item.seq > last_seq:", "if item.seq > last_seq + 1:"),),
    ),
    Plant(
        "snapshot behind its label",
        "a phone believes to have had an event that it never got",
        "coming back",
        (Change("_welcome", '"snapshot", "seq": head,', '"snapshot", "seq": head + 1,'),),
    ),
    Plant(
        "private event not sent",
        "the partner's phone has a hole where feedback was given",
        "an evening",
        (
            Change(
                "Feed._step",
                "seated.phone.send(frames[whose])",
                'if not each_their_own or getattr(item.event, "by", seated.seat) == seated.seat:\n'
                "                    seated.phone.send(frames[whose])",
            ),
        ),
    ),
    Plant(
        "seats counted apart",
        "one phone's seqs are not the other's",
        "an evening",
        (Change("event_frame", '"seq": item.seq,', '"seq": item.seq + (seat == "B" and item.seq > 8),'),),
    ),
    Plant(
        "goodbye of the old phone",
        "the partner seems gone, and is there",
        "a phone takes over",
        (
            Change("room_socket", "if phone.why is Close.REPLACED:", "if False:"),
            Change("_UNLESS_NEWER", "~= ARGV[2] then return 0 end", "~= ARGV[2] then end"),
        ),
    ),
)

HALTS = (
    Plant(
        "stop queued behind commands",
        "the card stays on both screens while something else is waited for",
        "a slow commit",
        (
            Change(
                "Conversation._take",
                "case Stop():\n                await self._halt(self._stops, said(message, text))",
                "case Stop():\n                self._waiting.put_nowait(said(message, text))",
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
                "self.ring(feed.room.state.session_id, Bell(by=self.name, halt=kind, halt_number=self._halts))",
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
        (Change("_card_on_screen", "if state.card is None or state.halted else", "if state.card is None else"),),
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
                "evolve",
                "phase=phase, halt_seq=head, resume_wanted=(), proposal=None)",
                "phase=phase, halt_seq=head, proposal=None)",
            ),
        ),
    ),
    Plant(
        "cool-down ignored",
        "after red they go on in the same minute",
        "an evening",
        (Change("_resume", "if state.cool_down_until and move.inputs.now < state.cool_down_until:", "if False:"),),
    ),
)

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
                "evolve",
                "phase=phase, halt_seq=head, resume_wanted=(), proposal=None)",
                "phase=phase, halt_seq=head, resume_wanted=())",
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
        (Change("gate", "hard, soft = active.hard | partner.hard,", "hard, soft = active.hard,"),),
    ),
    Plant(
        "limits not compared",
        "a card comes that was ruled out while it was drawn",
        "limits on the way",
        (
            SqlChange(
                BATCH,
                "WHEN c.limits_rev IS NOT NULL AND s.limits_rev IS DISTINCT FROM c.limits_rev THEN 'limits'",
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
                "_with_facts",
                "services.settings.daily_limit)\n",
                "services.settings.daily_limit)\n"
                "        known = vars(services.rooms).setdefault('known', {})\n"
                "        facts = msgspec.structs.replace(facts, players=known.setdefault(session_id, facts.players))\n",
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

PRIVACY = (
    Plant(
        "feedback told",
        "the partner reads what was said of the card",
        "an evening",
        (Change("seen_by", "isinstance(event, e.FeedbackGiven) and event.by != seat", "False"),),
    ),
    Plant(
        "feedback of the other one",
        "a screen shows the partner's word as one's own",
        "an evening",
        (
            Change(
                "_feedback_seen",
                "{str(turn): given[seat] for turn, given in state.feedback.items() if seat in given}",
                "{str(turn): next(iter(given.values())) for turn, given in state.feedback.items()}",
            ),
        ),
    ),
    Plant(
        "skip attributed in the log",
        "whoever reads the log knows who said no",
        "an evening",
        (Change("_cause", "secret = isinstance(command, UNATTRIBUTED)", "secret = False"),),
    ),
    Plant(
        "skip attributed on the wire",
        "the partner sees who did not want the card",
        "an evening",
        (
            Change("CardReplaced", "consecutive_skips: int", "consecutive_skips: int\n    by: SeatName | None = None"),
            Change("_skip", "move: Move, _: SeatName", "move: Move, seat: SeatName"),
            Change("_skip", "move.replace()", "move.asker = seat\n    move.replace()"),
            Change("Move.__init__", "self.state = state", "self.state = state\n        self.asker = None"),
            Change("Move._put", "consecutive_skips=skips)", "consecutive_skips=skips, by=self.asker)"),
        ),
    ),
)

ALLOWANCE = (
    Plant(
        "charge not compared",
        "two rooms of one account get a 26th card",
        "the day's cards",
        (SqlChange(BATCH, "WHEN c.charge IS NOT NULL AND NOT coalesce((", "WHEN false AND NOT coalesce(("),),
    ),
    Plant(
        "stopped turn not given back",
        "whoever stops pays for a card that was not played",
        "the day's cards",
        (Change("Move.withdraw", "state.charged_on if state.charged_on == today else None", "None"),),
    ),
    Plant(
        "given back in the log only",
        "the room says one more card, the account does not",
        "the day's cards",
        (SqlChange("app.write_accounts", "greatest(0, u.daily_activity_count - 1)", "u.daily_activity_count"),),
    ),
    Plant(
        "given back twice",
        "every stop is a card for nothing",
        "the day's cards",
        (
            SqlChange(
                "app.write_accounts",
                "greatest(0, u.daily_activity_count - 1)",
                "greatest(0, u.daily_activity_count - 2)",
            ),
        ),
    ),
    Plant(
        "turn charged twice",
        "a way down costs a card of the day",
        "an evening",
        (
            Change(
                "Move.card", "free = allowance.unlimited or state.paid_turn == state.turn", "free = allowance.unlimited"
            ),
        ),
    ),
    Plant(
        "upgrade not noticed",
        "they have paid, and wait for tomorrow",
        "the day's cards",
        (
            Change(
                "_with_facts",
                "services.settings.daily_limit)\n",
                "services.settings.daily_limit)\n"
                "        known = vars(services.rooms).setdefault('paid', {})\n"
                "        paid = known.setdefault(session_id, facts.allowance.unlimited)\n"
                "        facts = msgspec.structs.replace(\n"
                "            facts, allowance=msgspec.structs.replace(facts.allowance, unlimited=paid)\n"
                "        )\n",
            ),
        ),
    ),
)

PLANTS = (*COMMITS, *DELIVERY, *HALTS, *CONSENT, *PRIVACY, *ALLOWANCE)
QUICK = (
    "publish before commit",
    "stop queued behind commands",
    "one resume is enough",
    "limits not compared",
    "feedback told",
)
"""A few of them, of different kinds, that grow whenever the fault tests run."""
