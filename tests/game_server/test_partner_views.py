"""What a connected partner sees: what the sharing setting opens, what both want, and not a byte of anything else."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from rooms.profiles.compatibility import compatibility
from rooms.profiles.questions import ACTIVITY_OF_QUESTION
from rooms.profiles.scoring import score_survey
from rooms.profiles.survey import validate_answers
from tests.support.house import House, come_anonymously, open_house, sign_up, tell

ALL_CASES = Path(__file__).parents[3] / "shared" / "vectors" / "profile-scoring.json"
OWN_CASES = Path(__file__).parents[1] / "data" / "profile_cases.json"
CASES = json.loads((ALL_CASES if ALL_CASES.exists() else OWN_CASES).read_text())

SUBMIT = "/api/survey/submit"
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


async def play_together(one, other):
    room = await one.client.post("/api/sessions", json={"settings": {}, "partner": {"link": True}})
    joined = await other.client.post("/api/sessions/join", json={"token": room.json()["join"]["token"]})
    assert joined.status_code == 200, joined.text


class TestProfile:
    async def test_overlapping_only_shows_the_keys_both_are_open_to_and_no_number(self, house):
        ann, bob, _ = await couple(house)
        shown = (await profile_of(ann, bob)).json()
        assert shown == {
            "user_id": bob.id,
            "name": "Bob",
            "sharing": "overlapping_only",
            "demographics": {"gender": "man", "sexual_orientation": None, "relationship_structure": None},
            "activities": ["massage_receive", "biting_moderate_give", "spanking_moderate_give"],
            "truth_topics": ["fantasies", "turn_ons"],
            "domain_scores": None,
            "power_dynamic": None,
        }

    async def test_all_responses_shows_derived_scores_without_any_maybe(self, house):
        ann, bob, _ = await couple(house)
        await share(bob, "all_responses")
        shown = (await profile_of(ann, bob)).json()
        scored = score_survey(BOB)
        assert shown["activities"] == {key: 1.0 if value == 1 else 0.0 for key, value in scored.activities.items()}
        assert shown["truth_topics"]["openness_score"] == scored.truth_topics["openness_score"]
        assert shown["domain_scores"] == scored.domain_scores
        assert shown["power_dynamic"]["orientation"] == "Bottom"
        assert 0.5 not in (*shown["activities"].values(), *shown["truth_topics"].values())
        hidden = ("hardBoundary", "limit", "maybe", "declined", "anatomy", "sis_", "arousal", "email")
        assert not [word for word in hidden if word in json.dumps(shown)]

    async def test_demographics_only_shows_neither_answers_nor_how_well_it_fits(self, house):
        ann, bob, _ = await couple(house)
        await share(bob, "demographics_only")
        shown = (await profile_of(ann, bob)).json()
        assert (shown["name"], shown["demographics"]["gender"]) == ("Bob", "man")
        assert [shown[part] for part in ("activities", "truth_topics", "domain_scores", "power_dynamic")] == [None] * 4
        fitting = (await fit(ann, bob)).json()
        assert (fitting["score"], fitting["breakdown"], fitting["mutual_activities"]) == (None, None, [])
        assert (await fit(bob, ann)).json()["score"] is not None

    async def test_without_a_survey_there_is_nothing_to_show(self, house):
        ann, bob = await person(house, "Ann", ANN), await person(house, "Bob")
        await connect(ann, bob)
        assert (await profile_of(ann, bob)).json()["activities"] is None
        assert (await profile_of(bob, ann)).json()["activities"] == []
        for one, other in ((ann, bob), (bob, ann)):
            answered = await fit(one, other)
            assert (answered.status_code, answered.json()["error"]["code"]) == (409, "wrong_state")


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
                await connection.fetch("SELECT details FROM compatibility_results")
        async with house.services.database.as_user(bob.id) as connection:
            cleo = await person(house, "Cleo", ANN)
            for view in ("profile", "compatibility"):
                assert await connection.fetchval(f"SELECT app.partner_{view}($1)", cleo.id) is None


class TestCompatibility:
    async def test_it_is_the_measured_one_and_alike_for_both(self, house):
        pairs = [c for c in CASES["pairs"] if not (validate_answers(c["a"]) or validate_answers(c["b"]))][:8]
        assert pairs
        for case in pairs:
            ann, bob, _ = await couple(house, case["a"], case["b"])
            shown = (await fit(ann, bob)).json()
            expected = case["expected"]
            for part in ("score", "interpretation", "breakdown", "mutual_activities", "mutual_truth_topics"):
                assert shown[part] == expected[part], part
            assert {**shown, "user_id": ann.id} == (await fit(bob, ann)).json()

    async def test_it_shows_what_is_on_the_list_and_nothing_else(self, house):
        everything = dict.fromkeys(ACTIVITY_OF_QUESTION, "Y")
        ann, bob, _ = await couple(
            house, {**everything, **LEADING, "C1": ["hardBoundaryAnal", "hardBoundaryImpact"]},
            {**everything, "A14": 7, "A16": 7, "B11a": "M"},
        )  # fmt: skip
        for one, other in ((ann, bob), (bob, ann)):
            shown = (await fit(one, other)).json()
            parts = {"user_id", "score", "interpretation", "breakdown", "mutual_activities", "mutual_truth_topics"}
            assert set(shown) == parts
            hidden = ("hardBoundary", "blocked", "growth", "conflict", "se_a", "oral_sex_receive")
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

    async def test_both_handing_in_at_the_same_moment_compare_what_both_said_last(self, house):
        ann, bob, _ = await couple(house)
        await fit(ann, bob)
        await asyncio.gather(answer(ann, BOB), answer(bob, ANN))
        assert (await fit(ann, bob)).json()["score"] == compatibility(score_survey(BOB), score_survey(ANN)).score


UNMATCHED = {
    "one more yes": {"B11a": "Y"},
    "one maybe less": {"B1b": "Y"},
    "other numbers": {"A1": 7, "A9": 7, "A10": 7},
    "other limits": {"C1": ["hardBoundaryImpact", "hardBoundaryAnal"]},
    "no wish left unmatched": {"B20": "N"},
    "another role": {"A13": 7, "A15": 7},
}


class TestDoubleBlind:
    @pytest.mark.parametrize("change", UNMATCHED.values(), ids=UNMATCHED)
    async def test_changing_what_is_not_mutual_changes_no_byte_the_partner_gets(self, house, change):
        answers = {**ANN, "B1b": "N"}
        ann, bob, _ = await couple(house, answers, {**BOB, "B11a": "N", "B1b": "N"})
        before = [(await view(bob, ann)).content for view in (profile_of, fit)]
        await answer(ann, {**answers, **change})
        assert [(await view(bob, ann)).content for view in (profile_of, fit)] == before

    async def test_in_two_worlds_that_differ_in_what_is_not_mutual_the_profile_is_the_same(self, house):
        seen = []
        for change in ({}, *UNMATCHED.values()):
            ann, bob, _ = await couple(house, {**ANN, "B1b": "N", **change}, {**BOB, "B11a": "N", "B1b": "N"})
            shown, fitting = (await profile_of(bob, ann)).json(), (await fit(bob, ann)).json()
            seen.append([{**shown, "user_id": ""}, fitting["mutual_activities"], fitting["mutual_truth_topics"]])
        assert all(one == seen[0] for one in seen)

    async def test_answering_again_and_again_teaches_nothing_before_they_play(self, house):
        ann, bob, _ = await couple(house)
        before = [(await view(ann, bob)).json() for view in (profile_of, fit)]
        greedy = {**LEADING, **dict.fromkeys(ACTIVITY_OF_QUESTION, "Y")}
        for _ in range(2):
            await answer(ann, {**greedy, **ANN, "B20": "Y", "B1b": "Y", "B11a": "Y"})
            assert [(await view(ann, bob)).json() for view in (profile_of, fit)] == before
        await play_together(ann, bob)
        shown = (await fit(ann, bob)).json()
        assert shown["mutual_activities"] == (await fit(bob, ann)).json()["mutual_activities"]

    async def test_new_matches_show_to_both_at_the_next_session(self, house):
        ann, bob, _ = await couple(house, ANN, {**BOB, "B20": "Y"})
        await answer(bob, {**BOB, "B20": "Y"})
        assert "moaning" in (await fit(ann, bob)).json()["mutual_activities"]
        await answer(ann, {**ANN, "B27": "Y"})
        await answer(ann, {**ANN, "B27": "Y", "B3b": "Y"})
        assert "biting_moderate_give" not in (await fit(ann, bob)).json()["mutual_activities"]
        await play_together(bob, ann)
        for one, other in ((ann, bob), (bob, ann)):
            assert "biting_moderate_give" in (await fit(one, other)).json()["mutual_activities"]
        await answer(ann, {**ANN, "B3b": "M", "B4b": "Y"})
        await answer(ann, {**ANN, "B3b": "Y"})
        assert "biting_moderate_give" in (await fit(bob, ann)).json()["mutual_activities"]

    async def test_it_moves_when_both_have_answered_anew(self, house):
        ann, bob, _ = await couple(house)
        await fit(ann, bob)
        await answer(ann, {**ANN, "B20": "Y"})
        assert "moaning" not in (await fit(ann, bob)).json()["mutual_activities"]
        await answer(bob, {**BOB, "B20": "Y"})
        expected = compatibility(score_survey({**ANN, "B20": "Y"}), score_survey({**BOB, "B20": "Y"}))
        for one, other in ((ann, bob), (bob, ann)):
            assert (await fit(one, other)).json()["score"] == expected.score
            assert "moaning" in (await fit(one, other)).json()["mutual_activities"]

    async def test_a_yes_taken_back_is_gone_at_once(self, house):
        ann, bob, _ = await couple(house)
        assert "massage_receive" in (await fit(bob, ann)).json()["mutual_activities"]
        await answer(ann, {**ANN, "B1a": "N"})
        for one, other in ((ann, bob), (bob, ann)):
            assert "massage_receive" not in (await fit(one, other)).json()["mutual_activities"]
            assert "massage_receive" not in (await profile_of(one, other)).json()["activities"]

    async def test_a_changed_limit_moves_nothing_that_is_shown(self, house):
        ann, bob, _ = await couple(house)
        before = [(await view(bob, ann)).content for view in (profile_of, fit)]
        await ann.client.patch("/api/profile/boundaries", json={"hard_limits": ["hardBoundaryImpact"]})
        assert [(await view(bob, ann)).content for view in (profile_of, fit)] == before
