"""What goes wrong with one row, kept with it: tried again later and later, and in the end left for its person to look at.

What concerns the whole connection goes on to whoever works on it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import structlog

from game_server.integrations.notion_errors import NotionFailed, Unauthorized
from game_server.notion.asking import NotNow
from game_server.notion.work import Rest, Work
from rooms.notion import pace
from storage import notion_pages
from storage.database import STORE_ERRORS
from storage.key_rows import KeyGone, KeysAway
from storage.notion_pages import Page as Known

log = structlog.get_logger()

AGAIN_IN_S = 30.0
KEYS_AGAIN_S = 60.0


OF_A_ROW = (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, asyncpg.ProgramLimitExceededError)
"""What the database does not keep. It is there all the same, and asked again it says the same."""


class Disconnected(Exception):
    """Its person took the connection away while it was worked on."""


@asynccontextmanager
async def of(work: Work, known: Known | None, marker: str | None = None) -> AsyncIterator[None]:
    """Inside, one row and its page. `marker`: how the row was marked, which a row that failed for good is not tried at again.
    Raises Unauthorized, Rest, Disconnected, STORE_ERRORS.
    """
    try:
        yield
    except OF_A_ROW as error:  # its detail may have the row in it, which is nobody's to read
        kind, reason = known.kind if known else None, type(error).__name__
        log.error("notion_row_failed", kind=kind, reason=reason, constraint=error.constraint_name)  # noqa: TRY400
        await _given_up(work, known, "internal", marker)
    except (Unauthorized, Rest, Disconnected, *STORE_ERRORS):
        raise
    except KeysAway as error:
        raise Rest(KEYS_AGAIN_S, "keys") from error
    except NotionFailed as error:
        await _failed(work, known, error, marker)
    except NotNow as error:
        await _again(work, known, AGAIN_IN_S, str(error))
    except KeyGone:
        await _given_up(work, known, "keys", marker)
    except Exception as error:  # one that we did not think of keeps no other waiting
        log.exception("notion_row_failed", kind=known.kind if known else None, reason=type(error).__name__)
        await _given_up(work, known, "internal", marker)


async def _failed(work: Work, known: Known | None, error: NotionFailed, marker: str | None) -> None:
    tries = (known.tries if known is not None else 0) + 1
    plan = pace.plan(error.trouble, tries, after_s=error.after_s, dice=work.services.dice.roll())
    if known is not None and plan.counts:
        if plan.again_s is None:
            await _given_up(work, known, error.code, marker)
        else:
            await _again(work, known, plan.again_s, error.code, tries)
    if plan.rest_s > 0:
        raise Rest(plan.rest_s, error.trouble) from error
    if known is None:
        log.warning("notion_page_left", code=error.code, trouble=error.trouble)


async def _again(work: Work, known: Known | None, seconds: float, code: str, tries: int | None = None) -> None:
    if known is None:
        return
    async with work.services.database.as_service() as db:
        await notion_pages.change(
            db,
            known.id,
            state="pending",
            error=code[:64],
            due_at=work.later(seconds),
            tries=known.tries if tries is None else tries,
        )


async def _given_up(work: Work, known: Known | None, code: str, marker: str | None) -> None:
    if known is None:
        return
    async with work.services.database.as_service() as db:
        values = {"pushed": marker} if marker is not None else {}
        await notion_pages.change(db, known.id, state="failed", error=code[:64], look=False, **values)
