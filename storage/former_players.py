"""A room without what nobody may read any more: the words of whoever sat in it and was erased. The log forgets them (0028)."""

from msgspec.structs import replace

from storage.game_rules import without_words_of_erased
from storage.sessions import Room


def cleared(room: Room) -> Room:
    """The room; of a seat that is nobody any more, without the words in its rules and what it said of cards."""
    former = {seat for seat, row in room.seats.items() if row.actor == "former"}
    if not former:
        return room
    feedback = {
        turn: {seat: given for seat, given in of_turn.items() if seat not in former}
        for turn, of_turn in room.state.feedback.items()
    }
    return without_words_of_erased(replace(room, state=replace(room.state, feedback=feedback)))
