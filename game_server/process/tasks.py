"""Background tasks: the one place that starts them, keeps a reference, and ends the process when a vital one dies."""

import asyncio
import contextvars
import os
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from game_server.process import asked

log = structlog.get_logger(__name__)

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()  # the event loop itself only holds tasks weakly
_dead: list[str] = []


def start(work: Coroutine[Any, Any, T], *, name: str, vital: bool = False) -> asyncio.Task[T]:
    """Run `work` in the background. When it fails it is logged; when it was vital the server drains and ends."""
    apart = contextvars.copy_context()
    apart.run(asked.current.set, None)  # it may serve many requests, and outlive the one that started it
    task = asyncio.create_task(work, name=name, context=apart)  # noqa: TID251 - this is the module that provides it
    _running.add(task)
    task.add_done_callback(_vital_ended if vital else _ended)
    return task


async def stop(*tasks: asyncio.Task[Any]) -> None:
    """Cancel and wait until they are gone; how they ended was reported when they did."""
    for task in tasks:
        task.remove_done_callback(_vital_ended)
        task.add_done_callback(_ended)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def dead() -> list[str]:
    """The names of vital tasks that ended by themselves; a process with any exits with an error."""
    return list(_dead)


def _ended(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()):
        log.error("task_failed", task=task.get_name(), exc_info=error)


def _vital_ended(task: asyncio.Task[Any]) -> None:
    _ended(task)
    if not task.cancelled():
        log.critical("vital_task_ended", task=task.get_name())
        _dead.append(task.get_name())
        os.kill(os.getpid(), signal.SIGTERM)
