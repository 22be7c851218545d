"""What a session's room does with what is asked of it, as live rooms want it (`live.area.Play`)."""

from collections.abc import Callable

from game_server.services import Feed, Services
from game_server.sessions import actions
from game_server.sessions.course import Asked, course_of
from rooms.errors import Refused
from rooms.seats import SeatName
from rooms.sessions.commands import FromSeat
from storage.sessions import Logged


class Sessions:
    """The sessions of this process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._course = course_of(services)

    def arrived(
        self,
        feed: Feed,
        seat: SeatName,
        command: FromSeat,
        *,
        fence: tuple[SeatName, int],
        played: Callable[[int], None],
        refused: Callable[[Refused], None],
    ) -> None:
        self._course.arrived(
            Asked(
                feed=feed,
                seat=seat,
                command=command,
                answer=actions.answer_of(self._services, seat, command),
                fence=fence,
                inputs=actions.inputs_now(self._services),
                played=played,
                refused=refused,
            )
        )

    async def play(self, room_id: str, seat: SeatName, command: FromSeat, *, fence: tuple[SeatName, int]) -> int:
        return await actions.play(self._services, room_id, seat, command, fence=fence)

    async def checked(self, room_id: str) -> tuple[Feed, list[Logged]]:
        return await actions.checked(self._services, room_id)
