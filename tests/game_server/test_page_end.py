"""How an evening comes to rest on two phones, and what stays of it: hearts, a note, another evening, and one's own list."""

import uuid
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.web.couple import CARDS, next_card, pair
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

HEART = ".loved"


async def sign_up(*phones: Handset) -> None:
    for phone in phones:
        await phone.register(f"{phone.name.lower()}-{uuid.uuid4().hex[:8]}@example.org")
        await phone.sees("start")


async def sit_down(mara: Handset, jonas: Handset) -> None:
    """In a game that a link opens."""
    await mara.new_game(CARDS)
    await mara.tap("start")
    await jonas.open(urlsplit(await mara.shown("link", "value")).path)
    await jonas.tap("join")
    await begin(mara, jonas)


async def begin(mara: Handset, jonas: Handset) -> None:
    await jonas.tap("ready")
    await mara.sees("partner-ready")
    await mara.tap("ready")


async def play(mara: Handset, jonas: Handset, cards: int = CARDS) -> None:
    """So many cards, each done."""
    for _ in range(cards):
        await next_card(mara, jonas)
        await mara.tap("done")


async def connect(mara: Handset, jonas: Handset) -> None:
    """From the end of a game: Mara shows a code, Jonas opens it, both say yes."""
    await mara.tap("remember")
    await jonas.open(urlsplit(await mara.shown("link", "value")).path)
    await jonas.tap("claim")
    for phone in (jonas, mara):
        await phone.tap("accept")
    await mara.sees("connected")


async def love(phone: Handset, card: int) -> None:
    await phone.tap(f"mini-{card}")
    await phone.tap("feedback-like")
    await expect(phone.at(f"mini-{card}").locator(HEART)).to_be_visible(timeout=PATIENCE_MS)
    await phone.tap(f"mini-{card}")


async def test_hearts_are_given_after_the_end_and_what_both_loved_is_said_once(mara, jonas):
    await sign_up(mara, jonas)
    await sit_down(mara, jonas)
    await play(mara, jonas)
    for phone in (mara, jonas):
        await phone.is_at("ended")
        await expect(phone.at("spread").get_by_role("button")).to_have_count(CARDS)
    room = urlsplit(mara.page.url).path
    await love(mara, 2)
    await love(mara, 3)
    await love(jonas, 3)
    await expect(mara.at("both-loved")).to_have_count(0)  # who is not connected hears of no heart but their own
    await connect(mara, jonas)
    for phone in (mara, jonas):
        await phone.open(room)
        await phone.is_at("ended")
        await expect(phone.at("both-loved").locator(".quote")).to_have_count(1, timeout=PATIENCE_MS)
        await expect(phone.at("mini-3").locator(f"{HEART} svg")).to_have_count(2)
        await phone.sees("remembered")
        await expect(phone.at("remember")).to_have_count(0)
    await expect(mara.at("mini-2").locator(f"{HEART} svg")).to_have_count(1)
    await expect(jonas.at("mini-2").locator(HEART)).to_have_count(0)


async def test_a_note_is_kept_changed_and_taken_away_and_the_other_phone_never_shows_it(mara, jonas):
    await pair(mara, jonas)
    await play(mara, jonas)
    for phone in (mara, jonas):
        await phone.is_at("ended")
    await mara.tap("note-open")
    await mara.at("note-text").fill("Slower next time.\nThe kitchen!")
    await mara.page.wait_for_timeout(1200)  # the room is drawn again every second, and what is being typed stays
    await mara.tap("note-save")
    await expect(mara.at("note-shown")).to_have_text("Slower next time.\nThe kitchen!", use_inner_text=True)
    await mara.page.reload()
    await expect(mara.at("note-shown")).to_contain_text("The kitchen!", timeout=PATIENCE_MS)
    await jonas.page.reload()
    await jonas.sees("note-open")
    await expect(jonas.page.get_by_text("The kitchen!")).to_have_count(0)
    await mara.tap("note-open")
    await mara.tap("note-erase")
    await expect(mara.at("note-shown")).to_have_count(0)
    await expect(mara.at("note-open")).to_be_focused()


async def test_after_a_stop_there_is_care_and_the_cards_are_only_there_when_asked_for(mara, jonas):
    await pair(mara, jonas)
    await play(mara, jonas, 2)
    await next_card(mara, jonas)
    await jonas.tap("stop")
    for phone in (mara, jonas):
        await phone.is_at("stopped")
        await phone.sees("cool-down")
        await expect(phone.at("spread")).to_have_count(0)
        await expect(phone.at("end-here")).to_have_count(0)
    await mara.more("end")
    await mara.tap("end-yes")
    for phone in (mara, jonas):
        await phone.is_at("ended")
        await phone.sees("aftercare")
        await expect(phone.at("again")).to_have_count(0)
        await expect(phone.at("spread")).to_be_hidden(timeout=PATIENCE_MS)
    await mara.at("evening-cards").locator("summary").first.click()
    await expect(mara.at("spread").get_by_role("button")).to_have_count(2)
    await mara.tap("evenings")
    await expect(mara.at("evening")).to_contain_text("You stopped, and that was right.", timeout=PATIENCE_MS)


async def test_after_a_stop_without_a_card_there_is_care_instead_of_cards(mara, jonas):
    await pair(mara, jonas)
    await mara.is_at("choosing")
    await jonas.tap("stop")
    await mara.is_at("stopped")
    await mara.more("end")
    await mara.tap("end-yes")
    for phone in (mara, jonas):
        await phone.is_at("ended")
        await phone.sees("aftercare")
        await expect(phone.at("evening-cards")).to_have_count(0)


async def test_again_goes_to_the_same_partner_and_whoever_presses_second_finds_the_firsts_game(mara, jonas):
    await sign_up(mara, jonas)
    await sit_down(mara, jonas)
    await play(mara, jonas)
    await mara.is_at("ended")
    first = urlsplit(mara.page.url).path
    await connect(mara, jonas)
    for phone in (mara, jonas):
        await phone.open(first)
        await phone.sees("remembered")
    await mara.tap("again")
    await mara.sees("asked")
    room = urlsplit(mara.page.url).path
    assert room != first
    await jonas.tap("again")
    await jonas.sees("ready")
    assert urlsplit(jonas.page.url).path == room
    await begin(mara, jonas)
    await mara.is_at("choosing")
    await expect(mara.at("step")).to_contain_text(f"of {CARDS}")


async def test_evenings_are_listed_with_cards_hearts_and_note_and_favourites_begin_another(mara, jonas):
    await sign_up(mara, jonas)
    await sit_down(mara, jonas)
    await play(mara, jonas)
    for phone in (mara, jonas):
        await phone.is_at("ended")
        await love(phone, 1)
    await connect(mara, jonas)
    await mara.open("/")
    await mara.tap("evenings")
    await expect(mara.at("evening")).to_have_count(1, timeout=PATIENCE_MS)
    await expect(mara.at("evening").locator(".mini")).to_have_count(CARDS)
    await expect(mara.at("evening").locator(f"{HEART} svg")).to_have_count(2)
    await mara.tap("open-evening")
    await mara.tap("note-open")
    await mara.at("note-text").fill("Candles.")
    await mara.tap("note-save")
    assert (await mara.at("again").bounding_box() or {})["height"] < 80
    await mara.tap("mini-1")
    await mara.sees("face-up")
    await mara.tap("back")
    await expect(mara.at("evening-note")).to_have_text("Candles.", timeout=PATIENCE_MS)
    await mara.tap("play-favourites")
    await mara.sees("asked")
    await expect(mara.at("settings")).to_contain_text("what you both liked")


async def test_a_player_without_an_account_has_evenings_too(mara, jonas):
    await mara.come_in("/evenings")
    await mara.sees("no-evenings")
    await mara.open("/")
    await jonas.come_in()
    await jonas.sees("start")
    await sit_down(mara, jonas)
    await play(mara, jonas)
    await mara.is_at("ended")
    await expect(mara.at("remember")).to_have_count(0)
    await mara.tap("evenings")
    await expect(mara.at("evening").locator(".mini")).to_have_count(CARDS, timeout=PATIENCE_MS)
    await expect(mara.at("favourites")).to_have_count(0)
