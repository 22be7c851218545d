"""What the commands run: the stores first, then the schema, the server and the timetable, and all of it down again."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable

import msgspec
import structlog

from game_server import jobs
from game_server.accounts import mail, signing
from game_server.app import create_app, create_worker_app
from game_server.commands import mailing
from game_server.commands.migrating import prepare_database
from game_server.commands.opening import run, services_for, stores
from game_server.process import lan, logs, server, signals, tasks
from game_server.process.exits import RUNS_ALREADY, CannotRunError
from game_server.profiles import key_file_in_use
from game_server.profiles.person_key import KeysDoNotFit, check_keys
from game_server.services import Services
from game_server.settings import Settings
from rooms.activities import lexicon
from storage import data_directory
from storage.data_directory import Running
from storage.embedded import Step, Stores

log = structlog.get_logger()

Say = Callable[[str], None]

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


class AlreadyRunsError(CannotRunError):
    """Another process runs the stores of this directory, and was asked for again."""

    exit_code = RUNS_ALREADY

    def __init__(self, settings: Settings, running: Running) -> None:
        where = f" at {running.url}" if running.url else " (it is still starting)"
        super().__init__(
            f"Already running{where}: process {running.pid}, with its data in {settings.data_dir.absolute()}.\n"
            f"Open that address, or stop it first (Ctrl-C there, or: kill {running.pid}). A second process beside it: "
            "game-server serve --port 8001"
        )


LEXICON_AFTER_S = 30
"""Compiling it takes a second of a core: phones that come back after a restart are served before that."""

GC_THRESHOLD = 50_000
"""A command leaves hardly anything behind that counting does not free: to look for it less often is 5 % of a process."""


def serve(settings: Settings, *, prepare: bool, step: Step, say: Say) -> int:
    """Serve until a signal; the exit code. Raises what the caller turns into one sentence."""
    logs.configure(settings)
    if prepare and (settings.embedded_database or settings.embedded_redis):
        _refuse_twice(settings)
    settings, listeners = _listen(settings)
    try:
        with stores(settings, step) as (opened, own):
            work = _serve(opened, listeners, own=own, prepare=prepare or own is not None, step=step, say=say)
            return run(work)
    except KeyboardInterrupt:  # before the server took over the signals
        return 1 if tasks.dead() else signals.exit_code()
    finally:
        for listener in listeners:
            listener.close()


def worker(settings: Settings, *, step: Step, say: Say) -> int:
    """Run the timetable until a signal; the exit code."""
    logs.configure(settings)
    try:
        with stores(settings, step) as (opened, own):
            try:
                return run(_work(opened, own, say))
            finally:
                signals.ignore()  # the loop gave them back
    except KeyboardInterrupt:
        return 1 if tasks.dead() else signals.exit_code()


async def _serve(
    settings: Settings, listeners: list[socket.socket], *, own: Stores | None, prepare: bool, step: Step, say: Say
) -> int:
    if prepare:
        await prepare_database(settings, step)
    async with services_for(settings) as services:
        await _check_keys(services)
        _warn_of_file(settings)
        app = create_app(settings, services)
        background = [*_watch_keys(services), tasks.start(_compile_lexicon(), name="lexicon")]
        if own:
            background.append(tasks.start(own.supervise(), name="stores", vital=True))
        if prepare:
            background.append(tasks.start(jobs.run(services), name="jobs", vital=True))

        def started() -> None:
            if own:
                own.announce(settings.base_url)
            gc.collect()
            gc.set_threshold(GC_THRESHOLD)
            gc.freeze()  # what was imported stays: looking through it again would stop every room for a tenth of a second
            _say_mails(services)
            _say_where(settings, say)

        try:
            await server.Server(app, settings, started).serve(listeners)
        finally:
            await tasks.stop(*background)
    return 1 if tasks.dead() else 0


async def _work(settings: Settings, own: Stores | None, say: Say) -> int:
    stopped = asyncio.Event()
    async with services_for(settings) as services:
        await _check_keys(services)
        _warn_of_file(settings)
        for number in (signal.SIGINT, *signals.obeyed()):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        background = [*_watch_keys(services), tasks.start(jobs.run(services), name="jobs", vital=True)]
        if own:
            background.append(tasks.start(own.supervise(), name="stores", vital=True))
        _say_mails(services)
        listener = listen_beside(settings)
        if listener is not None:
            beside = msgspec.structs.replace(settings, port=listener.getsockname()[1], public_url=None)
            say(f"Health and metrics are at {beside.base_url}.")
        say("The timetable is watched — stop with Ctrl-C.")
        await _answer_until(stopped, listener, settings, services)
        await tasks.stop(*background)
    return 1 if tasks.dead() else 0


def listen_beside(settings: Settings) -> socket.socket | None:
    """Where whoever watches the worker may ask; the timetable is run without it too."""
    if not settings.worker_listens:
        return None
    try:
        return server.bind(settings.host, settings.worker_port)
    except server.PortTakenError:
        log.warning(
            "worker_does_not_listen",
            host=settings.host,
            port=settings.worker_port,
            taken_by=server.who_listens(settings.worker_port),
            setting="ATTUNED_WORKER_PORT",
            means="this worker answers no /health and no /metrics; it runs the timetable all the same",
        )
        return None


async def _answer_until(
    stopped: asyncio.Event, listener: socket.socket | None, settings: Settings, services: Services
) -> None:
    """Answer on that socket, if there is one, until it is time to stop."""
    if listener is None:
        await stopped.wait()
        return
    answering = server.Server(create_worker_app(settings, services), settings)

    async def end() -> None:  # a signal may come before the server listens to them
        await stopped.wait()
        answering.should_exit = True

    ending = tasks.start(end(), name="end")
    try:
        await answering.serve([listener])
    finally:
        listener.close()
        await tasks.stop(ending)


async def _check_keys(services: Services) -> None:
    try:
        await check_keys(services)
    except KeysDoNotFit as error:
        raise CannotRunError(str(error)) from error
    await signing.note(services)


def _watch_keys(services: Services) -> list[asyncio.Task[None]]:
    watching = [tasks.start(signing.go_on_noting(services), name="signing", vital=True)]
    if key_file_in_use.place_of(services) is not None:
        watching.append(tasks.start(key_file_in_use.go_on_holding(services), name="key file", vital=True))
    return watching


async def _compile_lexicon() -> None:
    await asyncio.sleep(LEXICON_AFTER_S)
    await asyncio.to_thread(lexicon.compile_all)


def _warn_of_file(settings: Settings) -> None:
    """A database of one's own outlives this machine's disk; a file on it does not."""
    if not settings.embedded_database and settings.person_key_url is None:
        log.warning(
            "person_keys_in_a_file",
            file=str(settings.person_key_file.absolute()),
            means="a lost disk loses people's raw answers and notes, and no second machine can serve;"
            " see: game-server keys move --help",
        )


def _say_mails(services: Services) -> None:
    """Where mails go is said at every start: they hold links that open accounts."""
    settings = services.settings
    if services.smtp is not None:
        log.info("mails_go_out", server=repr(services.smtp.server), sender=settings.mail_from)
    elif mail.way(services) == "mailbox":
        mailbox = str(mail.mailbox(settings).absolute())
        log.info("mails_go_into_the_development_mailbox", mailbox=mailbox, means="to nobody; see: game-server mail")
    else:
        log.warning("mails_go_nowhere", means=mailing.NOWHERE)


def _say_where(settings: Settings, say: Say) -> None:
    if settings.lan:
        say(lan.qr(settings.base_url))
        say(f"On the second phone, in the same network: {settings.base_url}")
    if settings.public_url is None and settings.host in EVERYWHERE:
        say(f"Links point to {settings.base_url}, which nobody can open: set ATTUNED_PUBLIC_URL.")
    say(f"Ready at {settings.base_url} — stop with Ctrl-C.")
    sys.stdout.flush()


def _refuse_twice(settings: Settings) -> None:
    running = data_directory.running(settings.data_dir)
    if running is not None:
        raise AlreadyRunsError(settings, running)


def _listen(settings: Settings) -> tuple[Settings, list[socket.socket]]:
    """Takes the address at once, before anything slow, and puts the real port into the settings."""
    host = settings.host
    if settings.lan and host == "127.0.0.1":
        host = lan.address()
    listeners = [server.bind(host, settings.port)]
    port = listeners[0].getsockname()[1]
    if settings.lan:
        listeners.append(server.bind("127.0.0.1", port))  # this machine keeps its usual address
    return msgspec.structs.replace(settings, host=host, port=port), listeners
