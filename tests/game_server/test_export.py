"""Whoever asks takes away everything about themselves, and nothing that is their partner's or a secret."""

import json
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from random import Random
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio
from litestar.exceptions import LitestarException

from game_server.accounts.callers import authenticate
from game_server.export import as_json, games
from game_server.export.document import Exported, document
from game_server.export.reader import Reader
from game_server.export.words import WITHIN, label
from rooms.errors import Unauthorized
from storage import export, export_games
from storage.export_bonds import SECTIONS
from storage.export_catalog import SHOWN
from tests.storage import rows
from tests.support.house import House, come_anonymously, let_in, open_house, sign_up, tell
from tests.support.marked import Marks, is_shown, mark
from tests.support.two_lives import Couple, a_game, connected, rows_beside, two_lives, whole
from tests.support.worlds import a_survey, another_world

EXPORT = "/api/me/export"
SHARED_IN_BONDS = tuple(
    told.rows.table for told in SECTIONS.values() if told.sealed != "own" and "user_id" not in told.rows.whose["user"]
)
"""Tables of bonds whose rows all members see; of those of one's own the check-ins are said to all."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(
        database_url,
        redis_url,
        tmp_path_factory.mktemp("house"),
        limit_other="100000/60",
        limit_claims="1000/60",
        limit_exports="100/3600",
    ) as opened:
        yield opened


async def exported(person) -> dict:
    answer = await person.client.get(EXPORT)
    assert answer.status_code == 200, answer.text
    msgspec.json.decode(answer.content, type=Exported)
    return answer.json()


@pytest.fixture(scope="module")
async def couple(house) -> Couple:
    return await two_lives(house)


def out_of_place(marks: Marks, who: str, text: str) -> set[str]:
    """Columns whose mark is in the text and should not be, or the other way round."""
    return {
        f"{table}.{column}"
        for (owner, table, column), look_for in marks.items()
        if owner == who and (look_for in text) is not is_shown(table, column)
    }


async def test_everything_that_can_be_shown_is_and_nothing_else_of_ones_own(couple):
    ana, _, marks = couple
    assert out_of_place(marks, "Ana", (await ana.client.get(EXPORT)).text) == set()
    assert {*SHOWN} - {table for _, table, _ in marks} == {"anonymous_sessions", "consent_people"}


async def test_what_somebody_agreed_to_is_told_as_the_ledger_has_it(house):
    ana, ben = await whole(house, "Ana", "B1a"), await whole(house, "Ben", "B2a")
    connection = await connected(ana, ben)
    guest = await come_anonymously(house)
    for person, kinds in (
        (ana, ["adult_stated", "limits_changed", "connection_accepted"]),
        (guest, ["adult_stated"]),
    ):
        found = await exported(person)
        assert [entry["kind"] for entry in found["consents"]] == kinds
        assert found["consents"][0]["chain"] == f"account:{found['consent']['person_in_ledger']}"
    theirs = (await exported(ben))["consent"]["person_in_ledger"]
    text = (await ana.client.get(EXPORT)).text
    assert f"connection:{connection}" in text
    assert theirs not in text


async def test_nothing_of_the_partners_is_in_it_but_what_both_see(couple):
    ana, ben, marks = couple
    text = (await ana.client.get(EXPORT)).text
    theirs = {(table, column) for (who, table, column), look_for in marks.items() if who == "Ben" and look_for in text}
    common = ("couple_cards", "activities", *SHARED_IN_BONDS)
    shared = {(table, column) for table in common for column in SHOWN[table].columns}
    of_members = {("bond_members", column) for column in ("nickname", "safewords", "aftercare_needs")}
    said_to_all = {("check_ins", column) for column in SHOWN["check_ins"].columns} | {("users", "kink_identity")}
    assert theirs - shared - said_to_all == {("session_seats", "display_name"), *of_members}
    assert {table for table, _ in theirs} >= {*common}
    for secret in ("RELAXED", "SEAT OF", "Ben gender", ben.email, "B2a", "dislike", "2026-11-01"):
        assert secret not in text, secret


async def test_of_what_both_own_each_is_told_what_their_own_screens_show(couple):
    ana, ben, marks = couple
    as_yes_or_no = {"claimed_at", "recipient_accepted_at"}
    only_the_openers = {f"session_links.{column}" for column in SHOWN["session_links"].columns}
    for person, hidden in ((ana, set()), (ben, only_the_openers)):
        wrong = out_of_place(marks, "both", (await person.client.get(EXPORT)).text)
        assert (
            wrong - {f"partner_connections.{column}" for column in as_yes_or_no | {"requester_accepted_at"}} == hidden
        )
    (connection,) = (await exported(ana))["connections"]
    assert connection["claimed"] is connection["accepted_by_partner"] is True
    assert connection["accepted_by_me_at"] == marks["both", "partner_connections", "requester_accepted_at"]
    assert marks["both", "partner_connections", "recipient_accepted_at"] not in str(connection)
    assert connection["partner"]["name"] == "Ben"
    assert connection["compatibility"]["mutual"] == []


async def test_the_partners_unmatched_answers_change_no_byte_of_it(house):
    dice = Random(4)  # noqa: S311 - the same two people each time
    mine, theirs = a_survey(dice, (4, 2, 2)), a_survey(dice, (4, 2, 2))
    ana, ben = await whole(house, "Ana", "B1a"), await whole(house, "Ben", "B2a")
    await connected(ana, ben)
    for person, given in ((ana, mine), (ben, theirs)):
        done = await person.client.post("/api/survey/submit", json={"answers": given, "retake": True})
        assert done.status_code == 200, done.text
    await ana.client.get(f"/api/partners/{ben.id}/compatibility")
    before = await exported(ana)
    changed = another_world(dice, theirs, mine)
    await ben.client.post("/api/survey/submit", json={"answers": changed, "retake": True})
    await ben.client.patch("/api/profile/boundaries", json={"hard_limits": [], "soft_limits": ["hardBoundaryImpact"]})
    assert {**await exported(ana), "made_at": before["made_at"]} == before
    assert before["connections"][0]["compatibility"]["mutual"]


async def test_nothing_that_the_partner_does_apart_changes_a_byte_of_it(house):
    """Two worlds: in the one Ben has a life of his own beside what he shares with Ana."""
    ana, ben, other = [
        await whole(house, name, topic) for name, topic in (("Ana", "B1a"), ("Ben", "B2a"), ("Cleo", "B3a"))
    ]
    await connected(ana, ben)
    game = await a_game(house, ana, ben)
    step = {"actor": "A", "do": "Tell your partner what made you laugh this week."}
    card = {"type": "truth", "rating": "G", "steps": [step]}
    assert (await ana.client.post("/api/cards", json={**card, "partner_user_id": ben.id})).status_code == 201

    async def taken() -> dict[str, str]:
        answers = [await ana.client.get(EXPORT, params={"format": form}) for form in ("json", "html")]
        texts = [re.sub(r'made_at":"[^"]*|as it was on [^.]*', "", answer.text) for answer in answers]
        favourites = await ana.client.get(f"/api/partners/{ben.id}/favourites")
        cards = await ana.client.get("/api/cards")
        return dict(zip(("json", "html", "favourites", "cards"), [*texts, favourites.text, cards.text], strict=True))

    before = await taken()
    await connected(ben, other)
    apart = await a_game(house, ben, other)
    await rows_beside(house, ben, other, other, apart)
    for change in (
        ben.client.post("/api/cards", json={**card, "partner_user_id": other.id}),
        ben.client.patch("/api/me", json={"notification_preferences": {"push": "off"}}),
        ben.client.patch("/api/survey/progress", json={"answers": {"A2": 3}}),
        ben.client.patch("/api/profile/boundaries", json={"hard_limits": ["hardBoundaryImpact"]}),
        ben.client.post("/api/sessions", json={"partner": {"link": True}, "settings": {"rules": {"note": "apart"}}}),
        ben.client.delete(f"/api/partners/blocked/{other.id}"),
        ben.client.get(EXPORT),
    ):
        assert (await change).is_success
    await rows.shown(house.database, game, None, user_id=UUID(ben.id), feedback_type="like", was_skipped=True)
    assert await taken() == before


async def test_what_is_written_meanwhile_breaks_nothing(house):
    """Each page is read for itself: what comes while somebody takes theirs away is in it or not, and the rest is whole."""
    ana, ben = await whole(house, "Ana", "B1a"), await whole(house, "Ben", "B2a")
    game = await a_game(house, ana, ben)
    authorization = f"Bearer {ana.access}"
    caller = await authenticate(house.services, authorization)
    before = await exported(ana)
    pieces = as_json.written(await document(Reader(house.services, caller, authorization)))
    text = await anext(pieces)
    await ana.client.patch("/api/survey/progress", json={"answers": {"A3": 4}})
    async for piece in pieces:
        text += piece
        if b'"games"' in piece or b'"history"' in piece:
            await rows.shown(house.database, game, None, user_id=UUID(ana.id))
            await ana.client.post("/api/sessions", json={"partner": {"link": True}})
    found = msgspec.json.decode(text, type=Exported)
    assert len(found.history) >= len(before["history"])
    assert {one["session_id"] for one in before["games"]} <= {one["session_id"] for one in found.games}


async def test_the_log_is_the_own_seats(couple):
    ana, ben, marks = couple
    for person, seat, said in ((ana, "A", "like"), (ben, "B", "dislike")):
        (game,) = (await exported(person))["games"]
        told = [each["event"] for each in game["log"]]
        given = {each["by"]: each.get("feedback") for each in told if each["t"] == "feedback_given"}
        assert game["seat"] == seat
        assert given == {seat: said, {"A": "B", "B": "A"}[seat]: None}
        assert {"t": "paused"} in told
        assert game["rules"]["rules"]["note"] == f"note of {ana.id}"
        assert game["cards"][0]["script"]["steps"][0]["do"] == f"Ask {marks['Ben', 'session_seats', 'display_name']}"


async def test_whoever_plays_without_an_account_takes_their_own_away_too(house):
    guest, partner = await come_anonymously(house), await come_anonymously(house)
    await tell(guest.client, name="Kim")
    await tell(partner.client, name="Lou")
    await guest.client.patch("/api/survey/progress", json={"answers": {"A1": 6}})
    opened = await guest.client.post("/api/sessions", json={"partner": {"link": True}})
    await partner.client.post("/api/sessions/join", json={"token": opened.json()["join"]["token"]})
    game = opened.json()["session_id"]
    await rows.shown(house.database, game, None, anonymous_session_id=guest.id)
    marks = await mark(house.database, "Kim", "anonymous_sessions", "session_id = $1", guest.id)
    marks |= await mark(house.database, "Lou", "anonymous_sessions", "session_id = $1", partner.id)
    text = (await guest.client.get(EXPORT)).text
    assert out_of_place(marks, "Kim", text) == set()
    assert [one for (who, _, _), one in marks.items() if who == "Lou" and one in text] == []
    found = await exported(guest)
    assert found["survey_begun"][0]["answers"] == {"A1": 6}
    assert found["survey_handed_in"][0]["payload_json"]["name"] == "Kim"
    assert (len(found["history"]), found["games"][0]["partner_name"]) == (1, "Lou")
    assert "logins" not in found


async def test_a_guest_of_ones_own_phone_is_in_it_as_the_phone_shows_them(house):
    ana = await whole(house, "Ana", "B1a")
    guest = {"hosted": {"name": "Guest", "anatomy_self": ["penis"], "anatomy_preference": ["any"]}}
    assert (await ana.client.post("/api/sessions", json={"partner": guest})).status_code == 201
    (game,) = (await exported(ana))["games"]
    assert (game["partner_name"], game["partner_anonymous_anatomy"]["anatomy_self"]) == ("Guest", ["penis"])


async def test_of_an_open_game_the_turn_under_way_is_not_in_it(house):
    """A pause takes its card off every phone, and a changed limit may take it away."""
    ana = await whole(house, "Ana", "B1a")
    opened = await ana.client.post("/api/sessions", json={"partner": {"link": True}})
    game, database = opened.json()["session_id"], house.database
    for turn, seq in ((1, 2), (2, 4)):
        began = {"t": "turn_began", "turn": turn, "active": "A", "type": None}
        chosen = {"t": "type_chosen", "turn": turn, "type": "dare", "by": "player"}
        for at, event in ((seq, began), (seq + 1, chosen)):
            values = {"session_id": game, "seq": at, "at": house.clock.now(), "type": event["t"], "event": event}
            await rows.insert(database, "session_events", **values)
        card = {"type": "dare", "rating": "G", "intensity": 1, "script": {"steps": []}, "source": "bank"}
        await rows.insert(database, "session_activities", session_id=game, seq=turn, **card)
    await database.execute("UPDATE sessions SET status = 'active', current_step = 2 WHERE session_id = $1", game)
    (found,) = (await exported(ana))["games"]
    assert [card["seq"] for card in found["cards"]] == [1]
    assert max(told["seq"] for told in found["log"]) == 3


async def test_after_the_end_of_a_connection_only_ones_own_words_are_left(house):
    ana, ben = await whole(house, "Ana", "B1a"), await whole(house, "Ben", "B2a")
    connection = await connected(ana, ben)
    for writer, partner in ((ana, ben), (ben, ana)):
        card = await rows.activity(
            house.database, source="user_submitted", script={"steps": [{"actor": "active", "do": f"by {writer.id}"}]}
        )
        ids = {"writer_id": UUID(writer.id), "partner_id": UUID(partner.id)}
        await rows.insert(house.database, "couple_cards", activity_id=card, **ids)
    assert len((await exported(ana))["cards_written_together"]) == 2
    await ben.client.post(f"/api/partners/connections/{connection}/disconnect")
    found = await exported(ana)
    assert [card["script"]["steps"][0]["do"] for card in found["cards_written_together"]] == [f"by {ana.id}"]
    assert found["cards_written_together"][0]["partner_user_id"] is None
    assert [one["partner"] for one in found["connections"]] == [None]
    assert ben.id not in json.dumps(found)


async def test_mails_tell_neither_of_a_mailbox_that_may_be_anothers_nor_that_one_is_blocked(house):
    ana, ben = await whole(house, "Ana", "B1a"), await whole(house, "Ben", "B2a")
    await ana.client.post("/api/partners/connections", json={"recipient_email": ben.email})
    assert "connection_request" not in json.dumps((await exported(ana))["mails"])
    assert (await exported(ben))["mails"] == []
    await house.database.execute("UPDATE users SET email_confirmed_at = now() WHERE id = $1", UUID(ben.id))
    assert [mail["template"] for mail in (await exported(ben))["mails"]] == ["connection_request"]


async def test_a_key_that_is_lost_is_an_error_that_says_so(house):
    ana = await whole(house, "Ana", "B1a")
    await house.services.person_keys.forget(f"user:{ana.id}")
    answer = await ana.client.get(EXPORT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "keys_unavailable")


async def test_whose_login_ended_while_they_read_gets_no_more(house):
    ana = await whole(house, "Ana", "B1a")
    authorization = f"Bearer {ana.access}"
    caller = await authenticate(house.services, authorization)
    pieces = as_json.written(await document(Reader(house.services, caller, authorization)))
    assert await anext(pieces)
    await ana.client.post("/api/auth/logout")
    house.clock.ahead += msgspec.convert("PT2S", type=type(house.clock.ahead))
    with pytest.raises(Unauthorized):
        [piece async for piece in pieces]


async def test_it_is_taken_a_few_times_an_hour(house):
    ana = await let_in(house)
    services = house.services
    settings = msgspec.structs.replace(services.settings, limit_exports="2/3600")
    house.app.state.services = msgspec.structs.replace(services, settings=settings)
    try:
        answers = [await ana.client.get(EXPORT) for _ in range(3)]
    finally:
        house.app.state.services = services
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["retry-after"]) > 3000


async def test_a_list_is_as_long_as_it_is_and_in_its_order(house, monkeypatch):
    """Also where it is longer than what is read at once."""
    monkeypatch.setattr(export, "PAGE", 3)
    monkeypatch.setattr(export_games, "GAMES", 2)
    monkeypatch.setattr(games, "GAMES", 2)
    monkeypatch.setattr(games, "WITH_LOGS", 1)
    ana = await whole(house, "Ana", "B1a")
    opened = [await ana.client.post("/api/sessions", json={"partner": {"link": True}}) for _ in range(5)]
    ids = [answer.json()["session_id"] for answer in opened]
    at = house.clock.now()
    for number in range(10):  # of one moment: the number decides
        await rows.shown(house.database, ids[0], None, user_id=UUID(ana.id), presented_at=at, turn=number)
    found = await exported(ana)
    assert [game["session_id"] for game in found["games"]] == ids[::-1]
    assert [card["turn"] for card in found["history"]] == [*range(10)]


async def test_an_answer_that_cannot_be_finished_breaks_off(house):
    ana = await let_in(house)
    await house.database.execute("REVOKE SELECT ON notifications FROM authenticated")
    ana.client._transport.raise_app_exceptions = True
    try:
        with pytest.raises(LitestarException):
            await ana.client.get(EXPORT)
    finally:
        columns = ", ".join(["user_id", *SHOWN["notifications"].columns])
        await house.database.execute(f"GRANT SELECT ({columns}) ON notifications TO authenticated")
    assert len((await exported(ana))["logins"]) == 1


class Page(HTMLParser):
    """What of a page would do or load something, and the words in it."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []
        self.words = ""
        self.policy = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("script", "img", "link", "iframe", "a", "form", "object") or any(
            name.startswith("on") or name in ("src", "href", "style") for name in given
        ):
            self.active.append(tag)
        if given.get("http-equiv"):
            self.policy = given["content"]

    def handle_data(self, data):
        self.words += data


async def test_as_a_page_it_says_the_same_and_does_nothing(house, couple):
    ana, _, marks = couple
    await house.database.execute(
        "UPDATE users SET demographics = $2 WHERE id = $1", UUID(ana.id), json.dumps({"gender": "<script>&'\""})
    )
    answer = await ana.client.get(EXPORT, params={"format": "html"})
    page = Page()
    page.feed(answer.text)
    assert page.active == []
    assert "default-src 'none'" in page.policy
    assert "<script>&'\"" in page.words
    missing = {
        f"{table}.{column}"
        for (who, table, column), one in marks.items()
        if who == "Ana" and is_shown(table, column) and re.sub("[TZ]", " ", one).strip() not in page.words
    }
    assert missing == {"users.demographics", "users.updated_at"}  # changed just now
    assert "Very much like me" not in page.words
    assert "Slightly like me" in page.words


async def test_the_page_is_in_the_language_that_is_asked_for_and_the_json_is_what_it_is(house, couple):
    ana, _, _ = couple
    asked = {"Accept-Language": "de-AT, en;q=0.5"}
    answer = await ana.client.get(EXPORT, params={"format": "html"}, headers=asked)
    assert "accept-language" in answer.headers["vary"].lower()
    page = Page()
    page.feed(answer.text)
    assert "<html lang=de>" in answer.text
    for words in (
        "Deine Daten",
        "Deine Spiele",
        "Angezeigter Name",
        "Was hier nicht steht",
        "Ein Geheimnis",
        "Einträge: ",
    ):
        assert words in page.words, words
    english = ("Your data", "Display name", "Nothing.", "A secret", "Slightly like me", "Created at")
    for words in (*english, *(label(name) for name in WITHIN if "_" in name)):
        assert words not in page.words, words
    assert "account" in (await ana.client.get(EXPORT, headers=asked)).json()


@pytest.mark.parametrize(
    ("accept", "form", "media_type"),
    [
        ("*/*", None, "application/json"),
        ("application/json", None, "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", None, "text/html; charset=utf-8"),
        ("text/html", "json", "application/json"),
        ("application/json", "html", "text/html; charset=utf-8"),
    ],
)
async def test_who_asks_says_in_which_form(house, accept, form, media_type):
    person = await let_in(house)
    answer = await person.client.get(EXPORT, params={"format": form} if form else {}, headers={"Accept": accept})
    assert answer.headers["content-type"] == media_type
    kind = "html" if "html" in media_type else "json"
    assert re.fullmatch(
        rf'attachment; filename="attuned-\d{{4}}-\d\d-\d\d\.{kind}"', answer.headers["content-disposition"]
    )
    assert answer.headers["cache-control"] == "no-store"
    assert (await person.client.get(EXPORT, params={"format": "pdf"})).status_code == 422
    assert (await house.client().get(EXPORT)).status_code == 401


@pytest.mark.parametrize(
    "rules",
    [{"log": 1}, {"answers": {"D1": [[]]}}, {"deep": [[[[["<b>"]]]]]}, {"deeper": eval("[" * 150 + "]" * 150)}],  # noqa: S307
)
async def test_whatever_an_opener_writes_into_a_game_breaks_nobodys_page(house, rules):
    person = await sign_up(house)
    await tell(person.client)
    body = {"partner": {"link": True}, "settings": {"rules": rules}}
    assert (await person.client.post("/api/sessions", json=body)).status_code == 201
    page = await person.client.get("/api/me/export", params={"format": "html"})
    assert page.text.rstrip().endswith("</html>")
    assert "<b>" not in page.text
