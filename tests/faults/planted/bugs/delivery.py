"""Bugs of telling: events, replays, bells, who is here."""

from tests.faults.planted.plant import Change, Plant

DELIVERY = (
    Plant(
        "bell lost without poll",
        "the partner waits for a card that is long there",
        "no bells",
        (Change("Attendant._poll", "await self._catch_up(room_id)", "continue"),),
    ),
    Plant(
        "turn never given back",
        "after one card the room does nothing any more",
        "coming back",
        (Change("Engine._leave", "going.turn.give_back()", "pass"),),
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
        (Change("Rules.frames_after", "if item.seq > last_seq:", "if item.seq > last_seq + 1:"),),
    ),
    Plant(
        "snapshot behind its label",
        "a phone believes to have had an event that it never got",
        "coming back",
        (Change("_welcome", "Snapshot(seq=head,", "Snapshot(seq=head + 1,"),),
    ),
    Plant(
        "private event not sent",
        "the partner's phone has a hole where feedback was given",
        "an evening",
        (
            Change(
                "Feed._step",
                'seated.phone.send(for_a if seated.seat == "A" else for_b)',
                'if for_a is for_b or getattr(item.event, "by", seated.seat) == seated.seat:\n'
                '                    seated.phone.send(for_a if seated.seat == "A" else for_b)',
            ),
        ),
    ),
    Plant(
        "seats counted apart",
        "one phone's seqs are not the other's",
        "an evening",
        (Change("frame", "EventFrame(after.head, at,", 'EventFrame(after.head + (seat == "B"), at,'),),
    ),
    Plant(
        "field forgotten",
        "a phone shows a level that is no longer so",
        "an evening",
        (Change("_TOUCHED", 'e.LevelChanged: _touched("level", "proposal")', 'e.LevelChanged: _touched("proposal")'),),
    ),
    Plant(
        "goodbye of the old phone",
        "the partner seems gone, and is there",
        "a phone takes over",
        (
            Change("come_in", "if phone.why is Close.REPLACED:", "if False:"),
            Change("_UNLESS_NEWER", "~= ARGV[2] then return 0 end", "~= ARGV[2] then end"),
        ),
    ),
)
