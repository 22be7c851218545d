"""What operators can watch, and who may not."""

import httpx
import pytest

from tests.support.game import generous, playing


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, metrics_token="a token for the watchers", trusted_proxies=("127.0.0.1",))


def value(text: str, name: str) -> float:
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


async def test_a_game_can_be_watched_in_numbers(server):
    async with playing(server) as game, httpx.AsyncClient(base_url=server.url) as http:
        await game.complete()
        await game.b.drop()
        await game.b.connect()
        text = (await http.get("/metrics")).text
    assert value(text, "attuned_connects_total") == 3
    assert value(text, 'attuned_resumes_total{mode="replay"}') == 1
    assert value(text, 'attuned_ack_seconds_count{command="complete"}') == 1
    assert value(text, "attuned_commit_seconds_count") > 0
    assert value(text, "attuned_sockets") == 2
    assert value(text, "attuned_rooms{") == 1
    for name in ("bell_seconds", "loop_lag_seconds", "queue_frames", "retries", "refusals", "closes", "resume_seconds"):
        assert f"# TYPE attuned_{name}" in text


async def test_numbers_hold_no_ids_and_no_names(server):
    async with playing(server) as game, httpx.AsyncClient(base_url=server.url) as http:
        text = (await http.get("/metrics")).text
        assert game.session_id not in text
        for phone in game.phones:
            assert phone.person.name not in text.replace("attuned", "")


async def test_from_elsewhere_the_numbers_need_their_token(server):
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert (await http.get("/metrics", headers=elsewhere)).status_code == 404
        wrong = {**elsewhere, "Authorization": "Bearer another token, as long as it"}
        assert (await http.get("/metrics", headers=wrong)).status_code == 404
        right = {**elsewhere, "Authorization": "Bearer a token for the watchers"}
        assert (await http.get("/metrics", headers=right)).status_code == 200
