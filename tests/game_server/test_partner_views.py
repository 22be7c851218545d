"""What a connected partner sees: what the sharing setting opens, what both want, and not a byte of anything else."""

import asyncio
import json
from collections.abc import AsyncIterator
from random import Random

import asyncpg
import pytest
import pytest_asyncio

from game_server.sessions.actions import play
from rooms.profiles.compatibility import compatibility
from rooms.profiles.questions import ACTIVITY_OF_QUESTION
from rooms.profiles.reading import phrase
from rooms.profiles.scoring import score_survey
from rooms.sessions.commands import Ready
from storage.database import undone_alone
from tests.support.house import House, come_anonymously, open_house, sign_up, tell
from tests.support.worlds import WISHES, a_survey, another_world

SUBMIT = "/api/survey/submit"
ALL_NO = dict.fromkeys(WISHES, "N")
LEADING = {"A13": 7, "A15": 7, "A14": 1, "A16": 1}
ANN = {**LEADING, "B1a": "Y", "B1b": "Y", "B3b": "M", "B4b": "Y", "B20": "Y", "B30": "Y", "B31": "M", "C1": []}
BOB = {"A14": 7, "A16": 6, "B1a": "Y", "B1b": "N", "B3b": "Y", "B4b": "M", "B20": "N", "B30": "Y", "B31": "Y"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(
        database_url, redis_url, tmp_path_factory.mktemp("house"), limit_register="1000/60", limit_claims="1000/60",
        limit_other="100000/60",
    ) as opened:  # fmt: skip
        yield opened


async def person(house, name, answers=None, **told):
    made = await sign_up(house)
    await tell(made.client, name=name, **told)
    if answers is not None:
        await answer(made, answers)
    return made


async def answer(one, answers):
    answered = await one.client.post(SUBMIT, json={"answers": answers, "retake": True})
    assert answered.status_code == 200, answered.text
    return answered.json()["profile"]


async def connect(one, other):
    made = (await one.client.post("/api/partners/connections", json={})).json()
    await other.client.post("/api/partners/connections/claim", json={"token": made["token"]})
    for side in (other, one):
        done = await side.client.post(f"/api/partners/connections/{made['id']}/accept")
        assert done.status_code == 200, done.text
    return made["id"]


async def share(one, setting):
    assert (await one.client.patch("/api/me", json={"profile_sharing_setting": setting})).status_code == 200


def profile_of(viewer, partner):
    return viewer.client.get(f"/api/partners/{partner.id}/profile")


def fit(viewer, partner):
    return viewer.client.get(f"/api/partners/{partner.id}/compatibility")


async def couple(house, ann=ANN, bob=BOB):
    one, other = await person(house, "Ann", ann), await person(house, "Bob", bob, gender="man")
    return one, other, await connect(one, other)


async def play_together(house, one, other):
    """Both sit in a room, and its game has started."""
    room = await one.client.post("/api/sessions", json={"settings": {}, "partner": {"link": True}})
    joined = await other.client.post("/api/sessions/join", json={"token": room.json()["join"]["token"]})
    assert joined.status_code == 200, joined.text
    session_id = room.json()["session_id"]
    for seat in ("A", "B"):
        await play(house.services, session_id, seat, Ready(id=house.services.dice.fresh_id()))


async def a_day_later(house, one):
    """Every reading of this person is a day older."""
    await house.database.execute(
        "UPDATE compatibility_readings r SET made_at = made_at - interval '24 hours'"
        " FROM profiles p WHERE p.user_id = $1 AND p.id IN (r.profile_a_id, r.profile_b_id)",
        one.id,
    )


async def views(viewer, partner):
    """Every byte that one is shown of the other's answers."""
    return [(await view(viewer, partner)).content for view in (profile_of, fit)]


async def mutual(viewer, partner):
    return {entry["key"]: entry["gives"] for entry in (await fit(viewer, partner)).json()["mutual"]}


class TestProfile:
    async def test_overlapping_only_shows_the_keys_both_said_yes_to_and_no_number(self, house):
        ann, bob, _ = await couple(house, {**ANN, "B4a": "Y", "B5a": "M"}, {**BOB, "B4a": "Y", "B5a": "M"})
        shown = (await profile_of(ann, bob)).json()
        assert shown == {
            "user_id": bob.id,
            "name": "Bob",
            "sharing": "overlapping_only",
            "demographics": {"gender": "man", "sexual_orientation": None, "relationship_structure": None},
            "activities": ["massage_receive", "spanking_moderate_receive"],
            "truth_topics": ["fantasies"],
            "domain_scores": None,
            "power_dynamic": None,
        }

    async def test_all_responses_shows_each_yes_and_what_follows_from_the_yeses_alone(self, house):
        ann, bob, _ = await couple(house)
        await share(bob, "all_responses")
        shown = (await profile_of(ann, bob)).json()
        assert shown["activities"] == ["massage_receive", "biting_moderate_give"]
        assert shown["truth_topics"] == ["fantasies", "turn_ons"]
        assert shown["domain_scores"] == {
            "sensation": 1, "connection": 1, "power": 1, "exploration": 1, "verbal": 1,
        }  # fmt: skip
        assert shown["power_dynamic"]["orientation"] == "Bottom"
        assert not [value for value in shown["power_dynamic"].values() if isinstance(value, int | float)]
        hidden = (
            "hardBoundary",
            "limit",
            "maybe",
            "declined",
            "anatomy",
            "sis_",
            "arousal",
            "email",
            "openness",
            '_score"',
        )
        assert not [word for word in hidden if word in json.dumps(shown)]

    async def test_all_responses_says_nothing_of_leading_where_nothing_was_answered(self, house):
        ann, bob, _ = await couple(house, ANN, {"B1a": "Y"})
        await share(bob, "all_responses")
        assert (await profile_of(ann, bob)).json()["power_dynamic"] is None

    async def test_demographics_only_shows_neither_answers_nor_how_well_it_fits(self, house):
        ann, bob, _ = await couple(house, {**ALL_NO, **ANN}, {**ALL_NO, **BOB})
        await share(bob, "demographics_only")
        shown = (await profile_of(ann, bob)).json()
        assert (shown["name"], shown["demographics"]["gender"]) == ("Bob", "man")
        assert [shown[part] for part in ("activities", "truth_topics", "domain_scores", "power_dynamic")] == [None] * 4
        assert (await fit(ann, bob)).json() == {
            "score": None, "interpretation": None, "breakdown": None, "mutual": [], "mutual_topics": [],
        }  # fmt: skip
        assert (await fit(bob, ann)).json()["score"] is not None

    async def test_the_setting_counts_now_and_what_it_opens_is_what_was_read(self, house):
        ann, bob, _ = await couple(house)
        overlapping = await views(ann, bob)
        await answer(bob, {**BOB, "B20": "Y", "B12a": "Y"})
        await share(bob, "all_responses")
        assert "moaning" not in (await profile_of(ann, bob)).json()["activities"]
        await share(bob, "demographics_only")
        assert (await profile_of(ann, bob)).json()["activities"] is None
        await share(bob, "overlapping_only")
        assert await views(ann, bob) == overlapping

    async def test_whether_somebody_has_answered_at_all_does_not_show(self, house):
        ann, bob = await person(house, "Ann", {**ALL_NO, **ANN}), await person(house, "Bob")
        await connect(ann, bob)
        before = [*await views(ann, bob), *await views(bob, ann)]
        await answer(bob, {"B1a": "M", "B2a": "N"})
        assert [*await views(ann, bob), *await views(bob, ann)] == before
        assert (await fit(ann, bob)).json() == {
            "score": None, "interpretation": None,
            "breakdown": {"power": None, "domains": 1, "activities": 1, "topics": 1}, "mutual": [], "mutual_topics": [],
        }  # fmt: skip


class TestWhoMayLook:
    @pytest.mark.parametrize("view", [profile_of, fit])
    async def test_only_who_is_connected_now(self, house, view):
        ann, bob, connection = await couple(house)
        cleo = await person(house, "Cleo", ANN)
        guest = await come_anonymously(house)
        await ann.client.post("/api/partners/connections", json={"recipient_email": cleo.email})
        assert (await view(ann, bob)).status_code == (await view(bob, ann)).status_code == 200
        assert [(await view(*pair)).status_code for pair in ((ann, cleo), (cleo, ann), (ann, ann))] == [404] * 3
        assert (await view(guest, bob)).status_code == 403
        for made_up in ("00000000-0000-0000-0000-000000000000", "x", "1"):
            assert (await ann.client.get(f"/api/partners/{made_up}/{view.__name__}")).status_code == 404
        await bob.client.post(f"/api/partners/connections/{connection}/disconnect")
        assert [(await view(*pair)).status_code for pair in ((ann, bob), (bob, ann))] == [404, 404]

    async def test_nothing_computed_outlives_the_connection(self, house):
        ann, bob, connection = await couple(house)
        await fit(ann, bob)
        pair = (
            "SELECT count(*) FROM compatibility_results r JOIN profiles p ON p.id = r.profile_a_id WHERE p.user_id = $1"
        )
        assert await house.database.fetchval(pair, ann.id) == 1
        await ann.client.post(f"/api/partners/connections/{connection}/disconnect")
        assert await house.database.fetchval(pair, ann.id) == 0

    async def test_the_database_refuses_the_partners_row_itself(self, house):
        ann, bob, _ = await couple(house)
        async with house.services.database.as_user(ann.id) as connection:
            found = await connection.fetch("SELECT boundaries, activities FROM profiles WHERE user_id = $1", bob.id)
            assert found == []
            assert await connection.fetch("SELECT * FROM survey_progress WHERE user_id = $1", bob.id) == []
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with undone_alone(connection):
                    await connection.fetch("SELECT id FROM compatibility_results")
        async with house.services.database.as_user(bob.id) as connection:
            cleo = await person(house, "Cleo", ANN)
            for view in ("profile", "compatibility"):
                assert await connection.fetchval(f"SELECT app.partner_{view}($1)", cleo.id) is None


class TestCompatibility:
    async def test_each_side_is_told_who_gives(self, house):
        ann, bob, _ = await couple(
            house, {"B1a": "N", "B1b": "Y", "B24b": "Y", "B19": "Y", "B4a": "Y", "B4b": "Y"},
            {"B1a": "Y", "B24a": "Y", "B19": "Y", "B4a": "Y", "B4b": "Y", "B20": "Y"},
        )  # fmt: skip
        either = {"dirty_talk": "both", "spanking_moderate_receive": "both", "spanking_moderate_give": "both"}
        assert await mutual(ann, bob) == {**either, "massage_give": "me", "stripping_self": "partner"}
        assert await mutual(bob, ann) == {**either, "massage_give": "partner", "stripping_self": "me"}

    async def test_it_counts_what_is_mutual_and_has_kind_words(self, house):
        ann, bob, _ = await couple(
            house,
            {**ALL_NO, "B1b": "Y", "B19": "Y", "B15a": "Y", "B29": "Y"},
            {**ALL_NO, "B1a": "Y", "B19": "Y", "B15b": "Y", "B29": "Y"},
        )
        shown = (await fit(ann, bob)).json()
        # three mutual wishes in three domains, one topic: (2 + 2 + 3) / 3
        assert shown["breakdown"] == {"power": None, "domains": 3, "activities": 2, "topics": 2}
        assert (shown["score"], shown["interpretation"]) == (35, phrase(35))
        assert shown["mutual_topics"] == ["past_experiences"]
        theirs = (await fit(bob, ann)).json()
        assert {**theirs, "mutual": []} == {**shown, "mutual": []}

    async def test_without_enough_answers_of_both_there_is_no_number(self, house):
        questions = list(WISHES)
        ann, bob, _ = await couple(house, dict.fromkeys(questions[:19], "Y"), dict.fromkeys(questions, "Y"))
        shown = (await fit(bob, ann)).json()
        assert (shown["score"], shown["interpretation"]) == (None, None)
        assert shown["mutual"]
        dan, eve, _ = await couple(house, dict.fromkeys(questions[:20], "Y"), dict.fromkeys(questions, "Y"))
        assert (await fit(eve, dan)).json()["score"] is not None

    async def test_power_is_shown_only_while_both_share_all_they_said(self, house):
        ann, bob, _ = await couple(house)
        powers = []
        for settings in (("all_responses", "overlapping_only"), ("all_responses", "all_responses")):
            await share(ann, settings[0])
            await share(bob, settings[1])
            powers.append([(await fit(*pair)).json()["breakdown"]["power"] for pair in ((ann, bob), (bob, ann))])
        assert powers == [[None, None], [5, 5]]

    async def test_it_shows_what_is_on_the_list_and_nothing_else(self, house):
        everything = dict.fromkeys(ACTIVITY_OF_QUESTION, "Y")
        ann, bob, _ = await couple(
            house, {**everything, **LEADING, "C1": ["hardBoundaryAnal", "hardBoundaryImpact"]},
            {**everything, "A14": 7, "A16": 7, "B11a": "M"},
        )  # fmt: skip
        for one, other in ((ann, bob), (bob, ann)):
            shown = (await fit(one, other)).json()
            assert set(shown) == {"score", "interpretation", "breakdown", "mutual", "mutual_topics"}
            hidden = ("hardBoundary", "blocked", "growth", "conflict", "se_a", "oral_sex_receive", "made", "20")
            assert not [word for word in hidden if word in json.dumps(shown)]

    async def test_the_cache_holds_one_row_a_pair_with_the_result_as_it_is(self, house):
        ann, bob, _ = await couple(house)
        await fit(ann, bob)
        await answer(bob, ANN)
        (row,) = await house.database.fetch(
            "SELECT r.* FROM compatibility_results r JOIN profiles p ON p.id IN (r.profile_a_id, r.profile_b_id)"
            " WHERE p.user_id = $1",
            ann.id,
        )
        assert row["profile_a_id"] < row["profile_b_id"]
        expected = compatibility(score_survey(ANN), score_survey(ANN))
        assert row["compatibility_score"] == expected.score
        assert row["activity_overlap"] == expected.raw.activity_overlap
        assert row["truth_overlap"] == expected.raw.truth_overlap_before_same_pole / 2


MORE = {**ANN, "B20": "Y", "B1b": "Y", "B11a": "Y", "B3b": "Y"}


class TestOneReading:
    async def test_it_does_not_move_when_one_answers_anew(self, house):
        ann, bob, _ = await couple(house)
        before = [*await views(ann, bob), *await views(bob, ann)]
        for _ in range(2):
            await answer(ann, {**dict.fromkeys(WISHES, "Y"), **LEADING})
            await a_day_later(house, ann)
            assert [*await views(ann, bob), *await views(bob, ann)] == before

    async def test_it_moves_for_both_when_the_second_has_answered_anew(self, house):
        ann, bob, _ = await couple(house)
        await views(ann, bob)
        await a_day_later(house, ann)
        await answer(ann, {**ANN, "B20": "Y"})
        assert "moaning" not in await mutual(ann, bob)
        await answer(bob, {**BOB, "B20": "Y"})
        assert "moaning" in await mutual(ann, bob)
        assert "moaning" in await mutual(bob, ann)

    async def test_there_is_one_in_a_day_at_most(self, house):
        ann, bob, _ = await couple(house)
        before = await views(ann, bob)
        await answer(bob, {**BOB, "B20": "Y"})
        await answer(ann, {**ANN, "B20": "Y"})
        await play_together(house, ann, bob)
        assert await views(ann, bob) == before
        await a_day_later(house, ann)
        assert "moaning" in await mutual(ann, bob)

    async def test_it_moves_with_a_game_that_both_sat_in_and_not_with_a_room_that_never_started(self, house):
        ann, bob, _ = await couple(house, ANN, {**BOB, "B20": "Y"})
        await answer(ann, {**ANN, "B20": "N"})
        before = await views(ann, bob)
        await answer(ann, {**ANN, "B20": "Y", "B12a": "Y"})
        await a_day_later(house, ann)
        room = await ann.client.post("/api/sessions", json={"settings": {}, "partner": {"link": True}})
        await bob.client.post("/api/sessions/join", json={"token": room.json()["join"]["token"]})
        assert await views(ann, bob) == before
        await play_together(house, bob, ann)
        assert await mutual(ann, bob) == {"massage_receive": "both", "massage_give": "me", "moaning": "both"}

    async def test_of_a_game_the_reading_is_of_the_answers_before_it(self, house):
        ann, bob, _ = await couple(house, ANN, dict.fromkeys(WISHES, "Y"))
        await views(ann, bob)
        await a_day_later(house, ann)
        await play_together(house, ann, bob)
        await answer(ann, dict.fromkeys(WISHES, "Y"))
        assert "choking_give" not in await mutual(ann, bob)

    async def test_a_yes_taken_back_goes_with_the_next_reading(self, house):
        ann, bob, _ = await couple(house)
        before = await views(bob, ann)
        await answer(ann, {**ANN, "B1a": "N", "B1b": "N"})
        assert await views(bob, ann) == before
        await a_day_later(house, ann)
        await answer(bob, BOB)
        assert "massage_receive" not in await mutual(bob, ann)

    async def test_ending_the_connection_and_making_it_again_makes_no_other(self, house):
        ann, bob, connection = await couple(house)
        before = await views(ann, bob)
        await ann.client.post(f"/api/partners/connections/{connection}/disconnect")
        await answer(ann, dict.fromkeys(WISHES, "Y"))
        await a_day_later(house, ann)
        await connect(ann, bob)
        assert await views(ann, bob) == before
        await answer(ann, {**ANN, "B20": "Y"})
        assert await views(ann, bob) == before

    async def test_answers_of_both_while_apart_count_when_they_are_together_again(self, house):
        ann, bob, connection = await couple(house)
        await views(ann, bob)
        await bob.client.post(f"/api/partners/connections/{connection}/disconnect")
        await answer(ann, {**ANN, "B20": "Y"})
        await answer(bob, {**BOB, "B20": "Y"})
        await a_day_later(house, ann)
        await connect(ann, bob)
        assert "moaning" in await mutual(ann, bob)

    async def test_limits_and_maybes_set_by_hand_move_nothing(self, house):
        ann, bob, _ = await couple(house)
        before = await views(bob, ann)
        await ann.client.patch(
            "/api/profile/boundaries",
            json={"hard_limits": ["hardBoundaryImpact"], "maybe_items": ["massage_receive"]},
        )
        assert await views(bob, ann) == before

    async def test_both_handing_in_at_the_same_moment_make_one_reading_of_what_both_said_last(self, house):
        ann, bob, _ = await couple(house)
        await views(ann, bob)
        await a_day_later(house, ann)
        await asyncio.gather(answer(ann, {**ANN, "B20": "Y"}), answer(bob, {**BOB, "B20": "Y"}))
        assert "moaning" in await mutual(ann, bob)

    async def test_it_goes_with_either_person(self, house):
        ann, bob, _ = await couple(house)
        await views(ann, bob)
        profile = await house.database.fetchval("SELECT id FROM profiles WHERE user_id = $1", bob.id)
        assert (await ann.client.delete("/api/me")).status_code < 300
        kept = "SELECT count(*) FROM compatibility_readings WHERE $1 IN (profile_a_id, profile_b_id)"
        assert await house.database.fetchval(kept, profile) == 0


class TestTwoWorlds:
    """What the partner is sent over HTTP is the same, byte for byte, in worlds that differ in what is not mutual."""

    @pytest.mark.parametrize("seed", range(12))
    async def test_every_view_is_the_same_in_both_worlds(self, house, seed):
        dice = Random(seed)  # noqa: S311 - seeded worlds
        weights = dice.choice([(1, 1, 1), (3, 1, 1), (1, 3, 3)])
        theirs, mine = a_survey(dice, weights), a_survey(dice, weights)
        worlds = []
        for answers in (mine, another_world(dice, mine, theirs)):
            ann, bob, connection = await couple(house, answers, theirs)
            if seed % 2:
                await ann.client.patch("/api/profile/boundaries", json={"maybe_items": [], "soft_limits": []})
            await share(bob, "all_responses" if seed % 3 else "overlapping_only")
            session = await bob.client.post("/api/sessions", json={"partner": {"user_id": ann.id}, "settings": {}})
            assert session.status_code == 201, session.text
            names = {ann.id: "ANN", bob.id: "BOB", session.json()["session_id"]: "SESSION", ann.email: "MAIL"}
            worlds.append(_without(await _all_bytes(bob, ann, connection, session), names))
        assert worlds[0] == worlds[1]

    async def test_open_no_and_maybe_look_alike(self, house):
        seen = []
        for said in ({}, {"B11a": "N", "B33": "N"}, {"B11a": "M", "B33": "M"}, {"B11a": "Y", "B33": "Y"}):
            answers = {**{q: v for q, v in ALL_NO.items() if q not in ("B11a", "B33")}, "B1a": "Y", **said}
            ann, bob, _ = await couple(house, answers, {**ALL_NO, "B1a": "Y"})
            seen.append([view.replace(ann.id.encode(), b"") for view in await views(bob, ann)])
        assert all(one == seen[0] for one in seen)


async def _all_bytes(viewer, partner, connection, session):
    session_id = session.json()["session_id"]
    paths = (
        f"/api/partners/{partner.id}/profile", f"/api/partners/{partner.id}/compatibility", "/api/partners/connections",
        f"/api/partners/connections/{connection}", "/api/partners/remembered", f"/api/partners/remembered/{partner.id}",
        "/api/partners/blocked", "/api/sessions", f"/api/sessions/{session_id}", f"/api/sessions/{session_id}/activities",
    )  # fmt: skip
    answers = [await viewer.client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    return [(answer.text, sorted(answer.headers)) for answer in answers]


def _without(seen, names):
    """The answers without what differs in any two couples: ids, words and times."""
    cleaned = []
    for text, headers in seen:
        plain = text
        for found, instead in names.items():
            plain = plain.replace(found, instead)
        body = json.loads(plain, object_hook=lambda each: {k: "" if _is_own(k) else v for k, v in each.items()})
        cleaned.append((json.dumps(body), headers))
    return cleaned


def _is_own(key):
    return key.endswith("_at") or key in {"words", "id", "connection_id", "email", "epoch"}
