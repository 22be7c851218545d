"""Structured logs on standard error: ids and codes, never content, tokens, e-mails or URLs that hold secrets.

They never make the event loop wait: `outlets.py` writes them, and what could not be written is counted.
"""

import logging
import sys
from typing import Any

import structlog

from game_server.process import asked, gauges, outlets, traces
from game_server.settings import Settings

log = structlog.get_logger()

_TRACES = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)  # locals hold tokens and passwords

QUIET = {
    "uvicorn",
    "websockets",
    "httpx",
    "httpcore",
    "hpack",
    "apscheduler",
    "asyncio",
    "urllib3",
    "requests",
    "httpx2",
    "httpcore2",
    "openai",
}
"""Libraries that log addresses and requests below WARNING; those would carry what ours may not."""


def configure(settings: Settings) -> None:
    """Send our events and the libraries' records through one pipe, as text for people or as JSON lines."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Any] = [
        for_which_request,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    as_text = settings.log_format == "text"
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]
        if as_text
        else [structlog.processors.ExceptionRenderer(_TRACES), structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    logging.captureWarnings(capture=True)
    for outlet in outlets.taken():
        outlet.on_drop = gauges.LOG_LINES_DROPPED.labels(outlet.stream).inc
        outlet.on_flow = _lines_were_dropped
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)  # its pools tell every attempt while PostgreSQL is away
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # spans.py tells once that a collector is away


def for_which_request(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Puts the request's id into the line, and its trace's where there is one."""
    if (request := asked.current.get()) is not None:
        event.setdefault("request_id", request.request_id)
        if (here := traces.present()) is not None:
            event.setdefault("trace_id", f"{here.trace_id:032x}")
    return event


def _lines_were_dropped(lines: int) -> None:
    log.warning("log_lines_dropped", count=lines)
