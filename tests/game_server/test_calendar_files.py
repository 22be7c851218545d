"""Calendars as files and feeds: what others write comes in and goes out again, and what is hostile comes to nothing."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import icalendar
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from game_server.bonds import ical_reading
from rooms.errors import Invalid
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house

FILES = Path(__file__).parent.parent / "data" / "calendars"
FRIDAY = datetime(2027, 3, 26, 19, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(
        database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="100000/60", limit_imports="100000/60"
    ) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> AsyncIterator[Home]:
    """Ana, who leads Ben; both live in Berlin."""
    made = await moved_in(house, ["dominant", "submissive"])
    await house.database.execute("UPDATE users SET time_zone = 'Europe/Berlin'")
    yield made
    await house.database.execute("DELETE FROM bonds WHERE id = $1::uuid", made.bond)
    house.clock.ahead = timedelta()


def file(name: str) -> bytes:
    return (FILES / f"{name}.ics").read_bytes().replace(b"\n", b"\r\n")


def made(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode()


async def brought(home: Home, who: int, data: bytes, *, own: bool = False) -> httpx.Response:
    path = "/api/calendar/import" if own else f"/api/bonds/{home.bond}/calendar/import"
    return await home.people[who].client.post(
        path, content=data, headers={"Content-Type": "text/calendar; charset=utf-8"}
    )


async def took(home: Home, who: int, data: bytes, *, own: bool = False) -> tuple[int, int, int, list[str]]:
    answer = await brought(home, who, data, own=own)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return found["created"], found["updated"], found["unchanged"], [one["reason"] for one in found["refused"]]


async def exported(home: Home, who: int, *, own: bool = False) -> bytes:
    path = "/api/calendar.ics" if own else f"/api/bonds/{home.bond}/calendar.ics"
    answer = await home.people[who].client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8"), answer.text
    return answer.content


def well_formed(body: bytes) -> icalendar.Calendar:
    """What every program needs of a file, and what another reading of it finds."""
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in body.replace(b"\r\n", b"")
    calendar = icalendar.Calendar.from_ical(body)
    zones = {str(one["TZID"]) for one in calendar.walk("VTIMEZONE")}
    seen = set()
    for event in calendar.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY"} <= set(event)
        key = (str(event["UID"]), event["RECURRENCE-ID"].to_ical() if "RECURRENCE-ID" in event else b"")
        assert key not in seen
        seen.add(key)
        for name in ("DTSTART", "DTEND", "EXDATE", "RECURRENCE-ID"):
            for one in (
                event.get(name) if isinstance(event.get(name), list) else [event.get(name)] if name in event else []
            ):
                assert one.params.get("TZID", "UTC") in {*zones, "UTC"}
    return calendar


def titled(calendar: icalendar.Calendar) -> dict[str, icalendar.Event]:
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


@pytest.mark.asyncio(loop_scope="module")
class TestFiles:
    @pytest.mark.parametrize(("name", "events"), [("google", 4), ("apple", 3), ("thunderbird", 2)])
    @pytest.mark.parametrize("own", [False, True])
    async def test_what_others_write_comes_in_goes_out_and_is_known_again(self, home, name, events, own):
        assert await took(home, 1, file(name), own=own) == (events, 0, 0, [])
        assert await took(home, 1, file(name), own=own) == (0, 0, events, [])
        body = await exported(home, 1, own=own)
        assert len(well_formed(body).walk("VEVENT")) == events
        assert await took(home, 1, body, own=own) == (0, 0, events, [])
        assert await exported(home, 1, own=own) == body
        if own:
            await home.house.database.execute("DELETE FROM calendar_events WHERE bond_id IS NULL")

    async def test_it_says_what_it_said(self, home):
        for name in ("google", "apple", "thunderbird"):
            await took(home, 1, file(name))
        found = titled(well_formed(await exported(home, 0)))
        night = found["Date night ❤ für uns"]
        assert (night["DTSTART"].to_ical(), night["DTSTART"].params["TZID"]) == (b"20270101T200000", "Europe/Berlin")
        assert night["DESCRIPTION"].startswith("<b>Bring</b> candles, and\nthe long list; not the short one. And here")
        assert night["EXDATE"].to_ical() == b"20270129T200000"
        assert found["Date night on a Saturday"]["RECURRENCE-ID"].to_ical() == b"20270115T200000"
        assert (found["Our day"]["DTSTART"].dt, found["Our day"]["DTEND"].dt) == (date(2027, 2, 14), date(2027, 2, 15))
        assert found["Call"]["DTSTART"].to_ical() == b"20270301T183000Z"
        assert found["Away"]["DTEND"].dt == date(2027, 7, 8)
        assert found["Floating breakfast"]["DTEND"].params["TZID"] == "Europe/Berlin"
        assert [one.to_ical() for one in found["Morning ritual"]["EXDATE"]] == [b"20270104T070000", b"20270105T070000"]
        assert found["From elsewhere"]["DTSTART"].params["TZID"] == "Europe/Berlin"
        body = str(await exported(home, 0))
        assert all(word not in body for word in ("VALARM", "ATTENDEE", "never-fetched", "METHOD"))
        span = {"from": "2027-01-01T00:00:00Z", "to": "2027-02-01T00:00:00Z"}
        items = (await home.get(0, "calendar", **span))["items"]
        night = [one["start_date"][:16] for one in items if one["title"].startswith("Date night")]
        assert night == ["2027-01-01T19:00", "2027-01-16T17:00"]
        assert [one["start_date"][:10] for one in items if one["title"] == "Morning ritual"][:3] == [
            "2027-01-01", "2027-01-06", "2027-01-07"
        ]  # fmt: skip

    async def test_only_ones_own_is_changed_and_a_tasks_deadline_by_its_task_alone(self, home):
        first = "UID:one\\, a\\\\b;c\r\nDTSTART:20270301T183000Z\r\nSUMMARY:Ours"
        assert await took(home, 1, made(first)) == (1, 0, 0, [])
        assert await took(home, 0, made(first.replace("Ours", "Mine"))) == (0, 0, 0, ["not_yours"])
        assert await took(home, 0, made(f"{first}\r\nRECURRENCE-ID:20270308T183000Z")) == (0, 0, 0, ["not_yours"])
        assert await took(home, 1, made(first.replace("Ours", "Changed"))) == (0, 1, 0, [])
        due = (home.now + timedelta(days=3)).isoformat()
        await home.post(0, "tasks", {"title": "Water", "assigned_to": home.people[1].id, "due_date": due}, expect=201)
        body = await exported(home, 0)
        assert b"SUMMARY:Water" in body
        assert sorted((await took(home, 0, body))[3]) == ["not_yours", "task"]
        rows = (await home.get(0, "calendar"))["items"]
        assert sorted(one["title"] for one in rows) == ["Changed", "Water"]
        assert {one["sequence"] for one in rows} == {0, 1}

    @pytest.mark.parametrize(
        ("event", "reason"),
        [
            ("DTSTART:20270301T183000Z", "no_uid"),
            ("UID:x", "no_start"),
            ("UID:x\r\nDTSTART:tomorrow", "unreadable"),
            ("UID:x\r\nDTSTART:20271301T183000Z", "unreadable"),
            ("UID:x\r\nDTSTART;TZID=Middle-earth/Shire:20270301T183000", "time_zone"),
            ("UID:x\r\nDTSTART;TZID=../../etc/passwd:20270301T183000", "time_zone"),
            ("UID:x\r\nDTSTART:20270301T183000Z\r\nRRULE:FREQ=SECONDLY;INTERVAL=1", "rule"),
            ("UID:x\r\nDTSTART:20270301T183000Z\r\nRRULE:FREQ=YEARLY;BYMONTH=1\r\nRDATE:20270401T183000Z", "rule"),
            ("UID:x\r\nDTSTART:20270301T183000Z\r\nEXDATE:" + ",".join(["20270301T183000Z"] * 50_000), "too_long"),
            ("UID:x\r\nDTSTART:20270301T183000Z\r\nSUMMARY:" + "a" * 201, "too_long"),
            ("UID:x\r\nDTSTART:20270301T183000Z\r\nDESCRIPTION:" + "a" * 100_000, "too_long"),
            ("UID:" + "x" * 300 + "\r\nDTSTART:20270301T183000Z", "too_long"),
            ("UID:x\r\nDTSTART:20270301T183000Z\r\nDTEND:20270201T183000Z", "unreadable"),
            ("UID:x\r\nDTSTART:20270301T183000Z\r\nDURATION:P99999D", "unreadable"),
            ("UID:x\r\nDTSTART:00010101T000000\r\nDTEND:99991231T235959Z", "too_far"),
            ("UID:x\r\nDTSTART:20270301T183000Z\r\nSTATUS:CANCELLED", "cancelled"),
            ("UID:x\r\nDTSTART:20270301T183000Z\r\nDTSTART:20270302T183000Z", "unreadable"),
            ("UID:x\r\nDTSTART" + ";A=B" * 10_000 + ":20270301T183000Z", "unreadable"),
            ("UID:x\r\nUID:y\r\nDTSTART:20270301T183000Z", "unreadable"),
        ],
    )
    async def test_what_cannot_be_taken_is_named(self, home, event, reason):
        good = "UID:good\r\nDTSTART:20270301T183000Z"
        assert await took(home, 1, made(event, good)) == (1, 0, 0, [reason])

    async def test_a_large_file_is_taken_some_at_a_time_so_that_nobody_waits_for_all_of_it(self, house, home):
        many = [f"UID:{number % 120}\r\nDTSTART:20270301T183000Z" for number in range(122)]
        assert await took(home, 1, made(*many)) == (120, 0, 0, ["twice"] * 2)
        together = await house.database.fetch(
            "SELECT count(*) AS events FROM calendar_events WHERE bond_id = $1::uuid GROUP BY xmin::text", home.bond
        )
        assert sum(one["events"] for one in together) == 120
        assert max(one["events"] for one in together) <= 100

    async def test_the_same_twice_and_more_than_there_is_room_for(self, home):
        one = "UID:x\r\nDTSTART:20270301T183000Z"
        assert await took(home, 1, made(one, one)) == (1, 0, 0, ["twice"])
        many = [f"UID:{number}\r\nDTSTART:20270301T183000Z" for number in range(2005)]
        assert await took(home, 1, made(*many), own=True) == (2000, 0, 0, ["too_many"] * 5)
        again = [f"UID:r{number}\r\nDTSTART:20270301T183000Z\r\nRRULE:FREQ=DAILY" for number in range(305)]
        assert await took(home, 1, made(*again), own=True) == (300, 0, 0, ["too_many"] * 5)
        span = {"from": "2027-03-02T00:00:00Z", "to": "2027-03-03T00:00:00Z"}
        page = (await home.people[1].client.get("/api/calendar", params=span)).json()
        assert len(page["items"]) == 50
        answer = await home.people[1].client.get("/api/calendar", params=span | {"to": "2028-03-03T00:00:00Z"})
        assert answer.status_code == 422  # 300 a day for a year: more than one answer holds
        await home.house.database.execute("DELETE FROM calendar_events WHERE bond_id IS NULL")
        wrong = [f"UID:w{number}\r\nDTSTART:20270301T183000Z\r\nRRULE:FREQ=SECONDLY" for number in range(600)]
        assert await took(home, 1, made(*wrong, again[0]), own=True) == (0, 0, 0, ["rule"] * 600 + ["too_many"])
        await home.house.database.execute("DELETE FROM calendar_events WHERE bond_id IS NULL")

    @pytest.mark.parametrize(
        "data",
        [
            b"", b"\x00\x01\x02\xff\xfe", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".encode("utf-16"), b"<html></html>",
            b"BEGIN:VCALENDAR\r\n", b"BEGIN:VCALENDAR\r\n" * 5000, b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
            b"A" * (1024 * 1024), b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 60_000, b"\r\n \r\n " * 170_000,
        ],
        ids=range(10),
    )  # fmt: skip
    async def test_what_is_no_calendar_is_refused_whole(self, home, data):
        answer = await brought(home, 1, data)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")

    async def test_only_a_calendar_comes_in_and_only_so_large(self, home):
        client, path = home.people[1].client, f"/api/bonds/{home.bond}/calendar/import"
        assert (await client.post(path, json={})).status_code == 415
        answer = await client.post(path, content=b"A" * (1024 * 1024 + 1), headers={"Content-Type": "text/calendar"})
        assert answer.status_code == 413
        assert (
            await client.post("/api/calendar", content=b"{}", headers={"Content-Type": "text/calendar"})
        ).status_code == 415

    async def test_somebody_elses_bond_has_no_calendar(self, house, home):
        other = await moved_in(house, ["switch"])
        for answer in (
            await other.people[0].client.get(f"/api/bonds/{home.bond}/calendar.ics"),
            await other.people[0].client.post(f"/api/bonds/{home.bond}/calendar/feed"),
            await brought(Home(house, home.bond, other.people), 0, made("UID:x\r\nDTSTART:20270301T183000Z")),
        ):
            assert answer.status_code == 404


_words = st.sampled_from(
    ["BEGIN:", "END:", "VCALENDAR", "VEVENT", "VALARM", "\r\n", "\n", "\r", " ", "UID:a", "DTSTART:", "DTSTART;TZID=",
     "Europe/Berlin", ":", "20270301", "T183000", "Z", "RRULE:", "FREQ=DAILY", ";COUNT=3", "EXDATE:", ",", "SUMMARY:", "\\n",
     "\\", "RECURRENCE-ID:", "\x00", "é", "STATUS:CANCELLED", "DURATION:PT1H", '"', ";A=", "SEQUENCE:9"]
)  # fmt: skip
_hostile = st.binary(max_size=200) | st.lists(_words, max_size=60).map(lambda parts: "".join(parts).encode())
_almost = st.lists(_words, max_size=40).map(lambda parts: made("".join(parts)))


@given(data=_hostile | _almost)
def test_whatever_is_read_is_a_calendar_or_refused(data):
    try:
        found = ical_reading.read(data)
    except Invalid:
        return
    assert all(one.uid for one in found.events)


@pytest.mark.asyncio(loop_scope="module")
async def test_no_bytes_break_the_server(home):
    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=_hostile | _almost)
    def collect(data: bytes) -> None:
        cases.append(data)

    cases: list[bytes] = []
    collect()
    for data in cases:
        answer = await brought(home, 1, data)
        assert answer.status_code in (200, 422), (data, answer.text)
        body = await exported(home, 1)
        if answer.status_code == 200:
            assert (await took(home, 1, body))[:2] == (0, 0), data


@pytest.mark.asyncio(loop_scope="module")
class TestFeeds:
    async def feed(self, home: Home, who: int, body: Any = None, *, own: bool = False, key: str = "") -> str:
        path = "/api/calendar/feed" if own else f"/api/bonds/{home.bond}/calendar/feed"
        headers = {"Idempotency-Key": key} if key else {}
        answer = await home.people[who].client.post(path, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["url"]).removeprefix(home.house.services.settings.base_url)

    async def planned(self, home: Home, who: int, title: str, **more: Any) -> None:
        body = {"title": title, "start_date": FRIDAY.isoformat(), **more}
        await home.post(who, "calendar", body, expect=201)

    async def test_anybody_who_has_the_address_reads_it_in_neutral_words(self, house, home):
        await self.planned(
            home, 0, "Ropes and candles", event_type="scene", location="Our cellar", description="All of it"
        )
        path = await self.feed(home, 1)
        async with house.client() as nobody:
            found = await nobody.get(path)
            assert (found.status_code, found.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
            assert found.headers["cache-control"] == "private, no-cache"
            assert list(titled(well_formed(found.content))) == ["An evening for us"]
            assert all(word not in found.text for word in ("Ropes", "cellar", "All of it", "scene"))
            again = await nobody.get(path, headers={"If-None-Match": found.headers["etag"]})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", found.headers["etag"])
            await self.planned(home, 0, "Another")
            changed = await nobody.get(path, headers={"If-None-Match": found.headers["etag"]})
            assert changed.status_code == 200
            for wrong in (
                path[:-5],
                path.removesuffix(".ics"),
                f"{path[:-4]}0.ics",
                "/calendar/.ics",
                f"/calendar/{'a' * 500}.ics",
            ):
                assert (await nobody.get(wrong)).status_code == 404, wrong

    async def test_titles_come_where_somebody_wants_them_and_never_those_that_a_limit_holds(self, house, home):
        await self.planned(home, 0, "A spanking at eight")
        await self.planned(home, 0, "Tea")
        await self.planned(home, 1, "A spanking at nine")
        path = await self.feed(home, 1, {"titles": True})
        async with house.client() as nobody:
            assert set(titled(well_formed((await nobody.get(path)).content))) == {
                "A spanking at eight",
                "Tea",
                "A spanking at nine",
            }
            await home.limit(1, "spanking_moderate_receive")
            assert set(titled(well_formed((await nobody.get(path)).content))) == {
                "A day to remember",
                "Tea",
                "A spanking at nine",
            }
            assert b"spanking at eight" not in await exported(home, 1)

    async def test_an_address_ends_with_its_successor_with_a_no_and_with_the_membership(self, house, home):
        async with house.client() as nobody:
            first = await self.feed(home, 1, key="once")
            assert first == await self.feed(home, 1, key="once")
            second = await self.feed(home, 1)
            assert [(await nobody.get(path)).status_code for path in (first, second)] == [404, 200]
            void = await home.people[1].client.post(
                f"/api/bonds/{home.bond}/calendar/feed", headers={"Idempotency-Key": "once"}
            )
            assert void.json()["error"]["code"] == "wrong_state"
            own = await self.feed(home, 1, own=True)
            assert (await home.ask(1, "DELETE", "calendar/feed")).status_code == 204
            assert [(await nobody.get(path)).status_code for path in (second, own)] == [404, 200]
            third = await self.feed(home, 1)
            await home.leave(1)
            assert [(await nobody.get(path)).status_code for path in (third, own)] == [404, 200]
            assert (await home.people[1].client.delete("/api/calendar/feed")).status_code == 204
            assert (await nobody.get(own)).status_code == 404

    async def test_its_address_ends_where_a_password_is_set_by_mail(self, house, home):
        """Whoever was in the account before may have made it."""
        paths = [await self.feed(home, 1), await self.feed(home, 1, own=True)]
        others = await self.feed(home, 0)
        ben = home.people[1]
        async with house.client() as nobody:
            await nobody.post("/api/auth/password-reset", json={"email": ben.email})
            said = house.mails(ben.email)[-1].get_body(("plain",)).get_content()
            [token] = re.findall(r"#password-reset=([\w-]{43})", said)
            body = {"token": token, "password": "battery staple"}
            assert (await nobody.post("/api/auth/password-reset/confirm", json=body)).status_code == 204
            assert [(await nobody.get(path)).status_code for path in (*paths, others)] == [404, 404, 200]

    async def test_its_secret_is_kept_as_a_hash_and_reaches_no_log(self, house, home, caplog, capsys):
        path = await self.feed(home, 1)
        secret = path.removeprefix("/calendar/").removesuffix(".ics")
        assert len(secret) == 64
        async with house.client() as nobody:
            await nobody.get(path)
            await nobody.get(f"/calendar/{secret[::-1]}.ics")
        ours = [
            one for one in caplog.records if not one.name.startswith("http")
        ]  # the test's own client says what it asks
        said = " ".join([*(one.getMessage() for one in ours), *capsys.readouterr()])
        assert secret not in said
        assert secret[::-1] not in said
        kept = await house.database.fetch("SELECT * FROM calendar_feeds")
        assert kept
        assert secret not in str(kept)
