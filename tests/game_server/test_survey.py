"""The survey over HTTP: saved as one goes on any phone, handed in once, sealed at rest, and exactly the measured profile."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from game_server.profiles import person_key
from game_server.profiles.erasure import forget_erased
from game_server.profiles.surveys import abandon_old_surveys
from rooms.activities.taxonomy import PREFERENCE_KEYS
from rooms.profiles.scoring import score_survey
from rooms.profiles.survey import QUESTIONS, validate_answers
from storage.key_rows import KeyGone
from storage.key_store import has_sealed
from tests.support.house import House, come_anonymously, open_house, refused_fields, sign_up, tell

ALL_CASES = Path(__file__).parents[3] / "shared" / "vectors" / "profile-scoring.json"
OWN_CASES = Path(__file__).parents[1] / "data" / "profile_cases.json"
CASES = json.loads((ALL_CASES if ALL_CASES.exists() else OWN_CASES).read_text())

PROGRESS, SUBMIT = "/api/survey/progress", "/api/survey/submit"
SOME = {"A1": 7, "A13": 6, "A15": 5, "A14": 3, "A16": 4, "B1a": "Y", "B3b": "M", "B8a": "N", "B30": "Y"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(
        database_url, redis_url, tmp_path_factory.mktemp("house"), limit_register="1000/60", limit_other="100000/60"
    ) as opened:
        yield opened


async def somebody(house, kind="user"):
    person = await (sign_up(house) if kind == "user" else come_anonymously(house))
    await tell(person.client)
    return person


both_kinds = pytest.mark.parametrize("kind", ["user", "anonymous"])


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


class TestTheQuestions:
    async def test_everybody_may_read_them_and_a_known_version_is_not_sent_again(self, house):
        answer = await house.client().get("/api/survey")
        survey = answer.json()
        assert (answer.status_code, survey["version"]) == (200, "0.4")
        assert sum(len(chapter["questions"]) for chapter in survey["chapters"]) == 75
        assert [question["id"] for question in survey["before"]] == ["D1", "D2"]
        etag = answer.headers["etag"]
        for header in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            again = await house.client().get("/api/survey", headers={"If-None-Match": header})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        other = await house.client().get("/api/survey", headers={"If-None-Match": '"other"'})
        assert other.status_code == 200


class TestProgress:
    @both_kinds
    async def test_answers_are_merged_and_another_phone_goes_on(self, house, kind):
        person = await somebody(house, kind)
        empty = (await person.client.get(PROGRESS)).json()
        assert (empty["status"], empty["completion_percentage"], empty["answers"]) == ("in_progress", 0, {})
        first = await person.client.patch(PROGRESS, json={"answers": {"A1": 5, "A2": 6}, "current_question": "A2"})
        assert first.status_code == 200
        tablet = house.client(person.client.headers["authorization"].removeprefix("Bearer "))
        second = await tablet.patch(PROGRESS, json={"answers": {"A2": 7, "B1a": "Y"}, "current_question": "B1a"})
        assert second.json()["answers"] == {"A1": 5, "A2": 7, "B1a": "Y"}
        found = (await person.client.get(PROGRESS)).json()
        assert (found["current_question"], found["completion_percentage"]) == ("B1a", 4)
        cleared = await person.client.patch(PROGRESS, json={"answers": {"A1": None}})
        assert cleared.json()["answers"] == {"A2": 7, "B1a": "Y"}
        assert cleared.json()["current_question"] == "B1a"

    async def test_two_phones_saving_at_once_lose_nothing(self, house):
        person = await somebody(house)
        answers = {question: 4 for question in QUESTIONS if question.startswith("A")}
        saved = await asyncio.gather(
            *(person.client.patch(PROGRESS, json={"answers": {q: a}}) for q, a in answers.items())
        )
        assert {answer.status_code for answer in saved} == {200}
        assert (await person.client.get(PROGRESS)).json()["answers"] == answers
        count = await house.database.fetchval("SELECT count(*) FROM survey_progress WHERE user_id = $1", person.id)
        assert count == 1

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({"answers": {"A1": 8, "A2": "7", "B1a": "y", "Z9": 1, "A3": 4}},
             {"answers.A1", "answers.A2", "answers.B1a", "answers.Z9"}),
            ({"answers": {"C1": ["hardBoundaryNope"]}}, {"answers.C1"}),
            ({"current_question": "Z9"}, {"current_question"}),
            ({"survey_version": "9"}, {"survey_version"}),
            ({"answers": [1]}, {"answers"}),
            ({"user_id": "x"}, {"user_id"}),
        ],
    )  # fmt: skip
    async def test_what_is_wrong_is_named_and_nothing_is_saved(self, house, body, fields):
        person = await somebody(house)
        assert refused_fields(await person.client.patch(PROGRESS, json=body)) == fields
        assert (await person.client.get(PROGRESS)).json()["answers"] == {}

    async def test_a_stranger_sees_nothing_of_it(self, house):
        person, stranger = await somebody(house), await somebody(house)
        await person.client.patch(PROGRESS, json={"answers": SOME})
        assert (await stranger.client.get(PROGRESS)).json()["answers"] == {}
        assert (await house.client().get(PROGRESS)).status_code == 401

    async def test_what_nobody_touched_for_90_days_is_given_up_with_its_answers(self, house):
        person = await somebody(house)
        await person.client.patch(PROGRESS, json={"answers": SOME})
        assert await abandon_old_surveys(house.services) == 0
        await house.database.execute(
            "UPDATE survey_progress SET last_saved_at = now() - $2::interval WHERE user_id = $1",
            *(person.id, timedelta(days=91)),
        )
        assert await abandon_old_surveys(house.services) == 1
        row = await house.database.fetchrow("SELECT status, answers FROM survey_progress WHERE user_id = $1", person.id)
        assert tuple(row) == ("abandoned", "{}")
        assert (await person.client.get(PROGRESS)).json()["answers"] == {}
        again = await person.client.patch(PROGRESS, json={"answers": {"A1": 1}})
        assert again.json()["answers"] == {"A1": 1}


async def stored(house, person):
    row = await house.database.fetchrow(
        "SELECT p.*, s.payload_json, s.version AS submitted_version, s.survey_version AS submitted_survey, s.name, s.sex,"
        " s.sexual_orientation, s.respondent_id, s.survey_progress_id FROM profiles p"
        " JOIN survey_submissions s USING (submission_id) WHERE p.user_id::text = $1 OR p.anonymous_session_id = $1",
        person.id,
    )
    return {key: json.loads(value) if isinstance(value, str) and value[:1] in "{[" else value
            for key, value in row.items()}  # fmt: skip


class TestSubmission:
    @both_kinds
    async def test_the_measured_answers_give_the_measured_profile(self, house, kind):
        for case in CASES["profiles"]:
            if validate_answers(case["answers"]):
                continue
            person = await somebody(house, kind)
            answer = await person.client.post(SUBMIT, json={"answers": case["answers"]})
            assert answer.status_code == 200, answer.text
            row = await stored(house, person)
            row |= {key: row["boundaries"][key] for key in ("hard_limits", "soft_limits", "maybe_items")}
            for field, expected in case["expected"].items():
                found = row[field]
                if field == "power_dynamic":
                    found = {name: found[name] for name in expected}
                if field == "anatomy" and not case["answers"].get("D1"):
                    continue  # told before
                assert found == expected, field

    @both_kinds
    async def test_the_profile_keeps_its_id_and_everything_is_written_at_once(self, house, kind):
        person = await somebody(house, kind)
        before = await stored(house, person)
        await person.client.patch(PROGRESS, json={"answers": SOME, "current_question": "B30"})
        answer = await person.client.post(SUBMIT, json={"answers": {"A1": 2, "B1a": None}})
        assert answer.status_code == 200, answer.text
        row = await stored(house, person)
        assert (row["id"], row["profile_version"], row["survey_version"]) == (before["id"], "0.4", "0.4")
        assert (row["submitted_version"], row["submitted_survey"], row["respondent_id"]) == ("0.4", "0.4", person.id)
        assert (row["name"], row["sex"], row["sexual_orientation"]) == (None, None, None)
        assert row["activities"]["massage_receive"] == 0.0
        assert row["arousal_propensity"]["se"] == score_survey({"A1": 2}).arousal_propensity.se
        progress = await house.database.fetchrow(
            "SELECT id, status, completion_percentage FROM survey_progress"
            " WHERE user_id::text = $1 OR anonymous_session_id = $1",
            person.id,
        )
        assert tuple(progress) == (row["survey_progress_id"], "completed", 10)
        submissions = await house.database.fetchval(
            "SELECT count(*) FROM survey_submissions WHERE respondent_id = $1", person.id
        )
        assert submissions == 1
        if kind == "user":
            assert (await person.client.get("/api/me")).json()["onboarding_completed"] is True

    async def test_it_needs_no_demographics_but_an_adult(self, house):
        person = await sign_up(house)
        answer = await person.client.post(SUBMIT, json={"answers": {**SOME, "D1": ["penis"], "D2": ["vagina"]}})
        assert answer.json()["profile"]["anatomy"] == {"anatomy_self": ["penis"], "anatomy_preference": ["vagina"]}
        await house.database.execute("UPDATE users SET adult_confirmed_at = NULL WHERE id = $1", person.id)
        for asked in (
            person.client.get(PROGRESS),
            person.client.patch(PROGRESS, json={}),
            person.client.post(SUBMIT, json={"answers": {}}),
        ):
            assert code(await asked) == (403, "adult_required")

    async def test_every_bad_answer_is_named_and_nothing_changes(self, house):
        person = await somebody(house)
        bad = {"A1": 0, "A2": 3.5, "A3": True, "B1a": "maybe", "C1": "hardBoundaryAnal", "D1": ["tail"], "A4": 4}
        answer = await person.client.post(SUBMIT, json={"answers": bad})
        assert refused_fields(answer) == {f"answers.{question}" for question in bad} - {"answers.A4"}
        assert (await stored(house, person))["profile_version"] == "neutral"
        assert refused_fields(await person.client.post(SUBMIT, json={})) == {"answers"}
        assert refused_fields(await person.client.post(SUBMIT, json={"answers": {}, "survey_version": "1"})) == {
            "survey_version"
        }

    @both_kinds
    async def test_a_second_submission_says_so_and_a_retake_replaces_the_first(self, house, kind):
        person = await somebody(house, kind)
        first = (await person.client.post(SUBMIT, json={"answers": SOME})).json()["profile"]
        assert code(await person.client.post(SUBMIT, json={"answers": SOME})) == (409, "wrong_state")
        await person.client.patch(PROGRESS, json={"answers": {"B20": "Y"}})
        again = await person.client.post(SUBMIT, json={"answers": {"A1": 1}, "retake": True})
        profile = again.json()["profile"]
        assert profile["profile_id"] == first["profile_id"]
        assert (profile["activities"]["massage_receive"], profile["activities"]["moaning"]) == (0.0, 1.0)
        count = "SELECT count(*) FROM survey_submissions WHERE respondent_id = $1"
        assert await house.database.fetchval(count, person.id) == 1

    async def test_submissions_at_the_same_moment_have_one_result(self, house):
        person = await somebody(house)
        answers = await asyncio.gather(*(person.client.post(SUBMIT, json={"answers": SOME}) for _ in range(8)))
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
        fresh = await sign_up(house)
        answers = await asyncio.gather(*(fresh.client.post(SUBMIT, json={"answers": SOME}) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 3

    async def test_a_key_made_by_the_request_beside_it_is_not_taken_for_a_lost_one(self, house, monkeypatch):
        person = await sign_up(house)

        async def meanwhile(*seen):
            monkeypatch.undo()
            assert (await person.client.post(SUBMIT, json={"answers": SOME})).status_code == 200
            return await has_sealed(*seen)

        monkeypatch.setattr(person_key, "has_sealed", meanwhile)
        assert code(await person.client.post(SUBMIT, json={"answers": SOME})) == (409, "wrong_state")

    async def test_a_retry_with_the_same_key_is_answered_alike(self, house):
        person = await somebody(house)
        headers = {"Idempotency-Key": "once"}
        first = await person.client.post(SUBMIT, json={"answers": SOME}, headers=headers)
        again = await person.client.post(SUBMIT, json={"answers": SOME}, headers=headers)
        assert (first.status_code, again.json()) == (200, first.json())
        other = await person.client.post(SUBMIT, json={"answers": {}}, headers=headers)
        assert code(other) == (409, "key_reused")

    async def test_limits_stay_where_the_survey_does_not_speak_of_them(self, house):
        person = await somebody(house)
        limits = {"hard_limits": ["hardBoundaryAnal"], "soft_limits": ["hardBoundaryPublic"]}
        await person.client.patch("/api/profile/boundaries", json=limits)
        kept = (await person.client.post(SUBMIT, json={"answers": SOME})).json()["profile"]
        assert kept["boundaries"] == {
            "hard_limits": ["hardBoundaryAnal"],
            "soft_limits": ["hardBoundaryImpact", "hardBoundaryPublic"],
            "maybe_items": ["biting_moderate_give"],
            "asked": True,
        }
        assert kept["declined_items"] == ["choking_receive"]
        given = await person.client.post(SUBMIT, json={"answers": {"C1": ["hardBoundaryImpact"]}, "retake": True})
        assert given.json()["profile"]["boundaries"] == {
            "hard_limits": ["hardBoundaryImpact"],
            "soft_limits": [],
            "maybe_items": [],
            "asked": True,
        }

    async def test_a_limit_set_while_a_survey_is_under_way_outlives_it(self, house):
        person = await somebody(house)
        await person.client.patch("/api/survey/progress", json={"answers": {"C1": ["hardBoundaryAnal"], "B1a": "Y"}})
        await person.client.patch("/api/profile/boundaries", json={"hard_limits": ["hardBoundaryImpact"]})
        progress = (await person.client.get("/api/survey/progress")).json()
        assert progress["answers"] == {"C1": ["hardBoundaryImpact"], "B1a": "Y"}
        submitted = await person.client.post("/api/survey/submit", json={})
        assert submitted.json()["profile"]["boundaries"]["hard_limits"] == ["hardBoundaryImpact"]

    async def test_open_rooms_learn_of_it_in_the_same_transaction(self, house):
        person = await somebody(house)
        room = await person.client.post("/api/sessions", json={"settings": {}, "partner": {"link": True}})
        assert room.status_code == 201, room.text
        answer = await person.client.post(SUBMIT, json={"answers": SOME})
        revision = await house.database.fetchval(
            "SELECT limits_rev FROM sessions WHERE session_id = $1", room.json()["session_id"]
        )
        assert (answer.status_code, revision) == (200, 1)


class TestOwnProfile:
    async def test_it_has_the_form_a_screen_needs(self, house):
        person = await somebody(house)
        neutral = (await person.client.get("/api/profile")).json()
        assert (neutral["radar"], neutral["power"], neutral["archetype"]) == ({}, None, None)
        await person.client.post(SUBMIT, json={"answers": SOME})
        profile = (await person.client.get("/api/profile")).json()
        assert list(profile["radar"]) == ["sensation", "connection", "power", "exploration", "verbal"]
        assert profile["radar"] == profile["domain_scores"]
        assert (profile["power"]["orientation"], profile["power"]["confidence_band"]) == ("Top", "High confidence")
        assert profile["arousal"]["se"] == {"score": 0.25, "band": "Low"}
        assert sum(len(section) for section in profile["interests"].values()) == len(PREFERENCE_KEYS)
        assert profile["interests"]["physical_touch"]["massage_receive"] == 1.0
        assert profile["truth_topics"]["fantasies"] == 1.0
        assert profile["archetype"]["title"] == "The guiding companion"
        assert profile["archetype"]["text"]


CANARY = {question: "Y" for question in QUESTIONS if question.startswith("B")} | {"A1": 7, "C1": ["hardBoundaryAnal"]}


class TestAtRest:
    @both_kinds
    async def test_no_answer_lies_open_in_a_table(self, house, kind):
        person = await somebody(house, kind)
        await tell(person.client, name="Marked-Canary")
        await person.client.patch(PROGRESS, json={"answers": CANARY})
        await person.client.post(SUBMIT, json={})
        for table, column in (("survey_progress", "answers"), ("survey_submissions", "payload_json")):
            sealed = [json.loads(row[0]) for row in await house.database.fetch(f"SELECT {column} FROM {table}")]
            for envelope in sealed:
                assert set(envelope) in ({"key_id", "nonce", "ciphertext"}, set())
        everything = "SELECT string_agg(t::text, ' ') FROM (SELECT * FROM {}) t"
        for table in ("survey_progress", "survey_submissions"):
            text = await house.database.fetchval(everything.format(table))
            assert not [
                part for part in ("hardBoundaryAnal", '"A1"', '"B13a"', "Marked-Canary", "vagina") if part in text
            ]

    async def test_one_persons_envelope_opens_with_nobody_elses_key(self, house):
        keys = house.services.person_keys
        kim, lou = [f"user:{(await somebody(house)).id}" for _ in range(2)]
        (from_kim,) = await keys.seal(kim, {"A1": 5})
        await keys.seal(lou, {})
        assert await keys.unseal(kim, from_kim) == {"A1": 5}
        with pytest.raises(KeyGone):
            await keys.unseal(lou, from_kim)

    async def test_erasing_a_person_deletes_their_key(self, house):
        person = await somebody(house)
        await person.client.post(SUBMIT, json={"answers": CANARY})
        path = house.services.settings.person_key_file
        assert path.stat().st_mode & 0o077 == 0
        assert f"user:{person.id}" in await house.services.person_keys.people()
        assert (await person.client.delete("/api/me")).status_code == 204
        assert f"user:{person.id}" not in await house.services.person_keys.people()
        for file in path.parent.glob(f"{path.name}*"):
            assert person.id.encode() not in file.read_bytes()
        assert await house.database.fetchval("SELECT count(*) FROM erased_people") == 0
        left = "SELECT count(*) FROM survey_submissions WHERE respondent_id = $1"
        assert await house.database.fetchval(left, person.id) == 0

    async def test_so_does_cleaning_up_an_anonymous_player(self, house):
        guest = await somebody(house, "anonymous")
        await guest.client.post(SUBMIT, json={"answers": CANARY})
        await house.database.execute("DELETE FROM anonymous_sessions WHERE session_id = $1", guest.id)
        assert f"anon:{guest.id}" in await house.services.person_keys.people()
        assert await forget_erased(house.services) == 1
        assert f"anon:{guest.id}" not in await house.services.person_keys.people()
        assert await forget_erased(house.services) == 0

    async def test_a_file_that_another_process_has_open_is_the_same(self, house):
        path = house.services.settings.person_key_file
        with sqlite3.connect(path) as other:
            rows = other.execute("SELECT person, wrapped FROM person_keys").fetchall()
        other.close()
        assert rows


class TestWhatWasNotAnswered:
    async def test_the_lowest_answers_show_as_answers_also_in_a_profile_older_than_the_list_of_them(self, house):
        person = await somebody(house)
        await person.client.post(SUBMIT, json={"answers": {f"A{number}": 1 for number in range(1, 5)} | {"B1a": "N"}})
        fresh = (await person.client.get("/api/profile")).json()
        assert fresh["arousal"] == {
            "se": {"score": 0.0, "band": "Low"}, "sis_p": {"score": None, "band": None}, "sis_c": {"score": None, "band": None},
        }  # fmt: skip
        assert (fresh["power"]["answered"], fresh["answered_domains"]) == (False, ["connection"])
        await house.database.execute("UPDATE profiles SET answered = NULL WHERE user_id = $1", person.id)
        old = (await person.client.get("/api/profile")).json()
        assert {**old, "updated_at": ""} == {**fresh, "updated_at": ""}
