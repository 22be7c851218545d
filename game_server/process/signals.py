"""Being asked to stop. SIGTERM and SIGHUP end a command from its first moment on, as Ctrl-C does, until the server takes them
over and drains for them. Process 1 of a container would not even notice SIGTERM by itself.

It ends as if it had come to its end (exit code 0): what was started is stopped, nothing is left.
"""

import signal
import sys
from types import FrameType

STOPPING = (signal.SIGTERM, signal.SIGHUP)


class _Asked:
    """Whether one of them came."""

    to_stop = False


def obeyed() -> tuple[signal.Signals, ...]:
    """Those that stop this process: one that whoever started it had switched off (nohup) stays off."""
    return tuple(number for number in STOPPING if signal.getsignal(number) is not signal.SIG_IGN)


def take_over() -> None:
    """From now on they end the command."""
    for number in obeyed():
        signal.signal(number, _stop)


def ignore() -> None:
    """It is stopping: who asks again has to wait for it, or to press Ctrl-C."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


def exit_code() -> int:
    """Of a command that was interrupted: 130 for Ctrl-C."""
    return 0 if _Asked.to_stop else 130


def _stop(_number: int, _frame: FrameType | None) -> None:
    _Asked.to_stop = True
    ignore()
    # No loop listens for SIGINT: none runs yet, or a shell that started us in the background has switched it off.
    if signal.getsignal(signal.SIGINT) in (signal.default_int_handler, signal.SIG_IGN):
        sys.exit(0)
    signal.raise_signal(signal.SIGINT)  # whoever runs a loop now cancels its work
