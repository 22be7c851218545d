"""What two phones do together: pair, get the same card, finish it."""

import re
from urllib.parse import urlsplit

import asyncpg
from playwright.async_api import expect

from tests.web.handset import PATIENCE_MS, Handset

CARDS = 5
RUNS = re.compile(r"^0:[345]\d$")
"""A clock of a minute, in its first half."""


async def pair(mara: Handset, jonas: Handset) -> None:
    """Mara opens a game without an account and hands the link over; both are ready."""
    for each in (mara, jonas):
        await each.come_in()
        await each.sees("start")
    await invite(mara, jonas)
    await expect(mara.at("words")).to_have_text(await jonas.at("words").inner_text(), use_inner_text=True)
    await jonas.tap("ready")
    await mara.sees("partner-ready")
    await mara.tap("ready")


async def invite(mara: Handset, jonas: Handset) -> None:
    """Mara, at the start, opens a game, and Jonas follows its link."""
    await mara.new_game(CARDS)
    await mara.tap("start")
    await jonas.open(urlsplit(await mara.shown("link", "value")).path)
    await jonas.tap("join")
    await jonas.sees("words")


async def next_card(mara: Handset, jonas: Handset, kind: str = "truth") -> str:
    """Whoever's turn it is chooses; the seq of the card that both see."""
    await mara.is_at("choosing")
    await jonas.is_at("choosing")
    active = mara if await mara.at("your-turn").count() else jonas
    await active.choose(kind)
    return await same_card(mara, jonas)


async def same_card(mara: Handset, jonas: Handset, other_than: str = "") -> str:
    """Both phones show one and the same card, in the same words but for "You"."""
    await mara.sees("card")
    if other_than:
        await expect(mara.at("card")).not_to_have_attribute("data-card-seq", other_than, timeout=PATIENCE_MS)
    seq = await mara.shown("card", "data-card-seq")
    await expect(jonas.at("card")).to_have_attribute("data-card-seq", seq, timeout=PATIENCE_MS)
    texts = [await phone.at("card-steps").locator("p").all_inner_texts() for phone in (mara, jonas)]
    assert texts[0] == texts[1] != []
    return seq


async def done(phone: Handset, other: Handset, step: int) -> None:
    """The card is done; both phones stand at the next."""
    await phone.tap("done")
    for each in (phone, other):
        await expect(each.at("step")).to_have_text(f"Card {step} of {CARDS}", timeout=PATIENCE_MS)


async def only_minutes(sql: asyncpg.Connection) -> None:
    """From now on only dares with a clock of a minute come."""
    await sql.execute(
        """UPDATE activities SET is_active = script @> '{"steps": [{"duration_s": 60}]}' AND rating = 'G' AND type = 'dare'"""
    )


async def clock_stands(how: str, *phones: Handset) -> None:
    """The card's clock is ready, running or over."""
    for phone in phones:
        await expect(phone.at("clock")).to_have_attribute("data-stands", how, timeout=PATIENCE_MS)
