"""A phone whose process dies of what it asks, and that asks again elsewhere until it has its one answer."""

import signal
import uuid

from tests.faults.nursery import ForkedServer
from tests.faults.wire import Frame, Witness
from tests.support.phone import Phone, Refused


async def answer(phone: Phone, command: Frame) -> Frame:
    """Ask, and the reply, be it a refusal."""
    fields = {name: value for name, value in command.items() if name not in ("t", "id")}
    try:
        return await phone.command(command["t"], id=command["id"], **fields)
    except Refused as refused:
        return refused.frame


async def dies_asking(phone: Witness, doomed: ForkedServer, home: ForkedServer, command: Frame, point: str) -> Frame:
    """The process dies of the command at this point, and it is asked again at `home`; the answer."""
    command = {**command, "id": str(uuid.uuid4())}
    doomed.arm(point)
    await phone.say(command)
    return await asks_again(phone, doomed, home, command)


async def asks_again(phone: Witness, doomed: ForkedServer, home: ForkedServer, command: Frame) -> Frame:
    """Once it is dead: the same id elsewhere gets one answer, the one that was heard before if there was one; twice."""
    assert doomed.wait() == -signal.SIGKILL
    await phone.until_closed()
    heard = [
        _gist(frame) for frame in phone.frames if frame["t"] in ("ack", "refused") and frame["id"] == command["id"]
    ]
    await phone.move_to(home)
    reply = await answer(phone, command)
    assert heard in ([], [_gist(reply)])
    assert _gist(await answer(phone, command)) == _gist(reply)
    return reply


async def comes_back(phone: Witness, home: ForkedServer) -> None:
    """When its line is gone."""
    await phone.until_closed()
    await phone.move_to(home)


def _gist(reply: Frame) -> tuple[str, object]:
    """What must not differ: where it was kept, or why it was refused."""
    return reply["t"], reply["seq"] if reply["t"] == "ack" else reply["code"]
