"""Cards in several languages: in files, in the list, and what a game may be played in."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from game_server.activities.bank_export import export_bank
from game_server.activities.bank_import import import_bank
from storage import activities as bank
from tests.support.house import House, come_anonymously, open_house, refused_fields, sign_up, tell

GERMAN = {
    "type": "dare", "language": "de", "rating": "G", "intensity": 1, "domains": ["playful"], "tags": {"themes": ["games"]},
    "script": {"steps": [{"actor": "A", "do": "Jongliere drei Kissen für {partner}."}]},
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("data")) as opened:
        yield opened


async def player(house: House):
    guest = await come_anonymously(house)
    assert (await tell(guest.client)).status_code == 200
    return guest.client


async def opened(client, **rules):
    return await client.post("/api/sessions", json={"settings": {"rules": rules}, "partner": {"link": True}})


async def cards_of(house):
    async with house.services.database.reading() as conn:
        return {kept.uid: kept.card for kept in await bank.whole_bank(conn)}


# --- a game ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "DE-at", "en", "en-GB"])
async def test_a_game_is_opened_in_a_language_that_has_cards(house, language):
    answer = await opened(await player(house), language=language)
    assert answer.status_code == 201


@pytest.mark.parametrize("language", ["fr", "zz-ZZ", "german, please", 7, ["de"], "\u0000"])
async def test_a_game_in_a_language_without_cards_is_refused_by_name(house, language):
    answer = await opened(await player(house), language=language)
    assert answer.status_code == 422
    assert refused_fields(answer) == {"settings.rules.language"}
    assert "de" in answer.json()["error"]["fields"]["settings.rules.language"]


async def test_everybody_who_plays_may_know_the_languages_there_are(house):
    listed = await (await player(house)).get("/api/activities/languages")
    assert listed.json() == {"languages": ["en", "de"]}


async def test_the_list_is_of_one_language_or_of_all(house):
    person = await sign_up(house)
    for language, wanted in (("de", {"de"}), ("de-CH", {"de"}), ("en", {"en"}), ("fr", set())):
        answer = await person.client.get("/api/activities", params={"language": language, "limit": 100})
        assert {item["language"] for item in answer.json()["items"]} == wanted
    refused = await person.client.get("/api/activities", params={"language": "german, please"})
    assert refused_fields(refused) == {"language"}


# --- files -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [".csv", ".xlsx", ".json"])
async def test_a_language_goes_out_into_a_file_and_comes_back(house, tmp_path, form):
    path = tmp_path / f"cards{form}"
    async with house.services.database.reading() as conn:
        await export_bank(conn, path)
        before = {kept.uid: kept.card for kept in await bank.whole_bank(conn)}
    async with house.services.database.as_service() as conn:
        report = await import_bank(conn, path)
    after = await cards_of(house)
    assert report.applied, report.refused
    assert after == before
    assert {card.language for card in after.values() if card} == {"en", "de"}


async def test_a_file_without_the_column_is_english_and_a_wrong_language_is_refused(house, tmp_path):
    sheet = tmp_path / "sheet.csv"
    lines = (
        "Activity Type,Activity Description,Intimacy Level,Language",
        "dare,Wink mit dem linken Auge.,L1,de",
        "dare,Wink twice.,L1,",
    )
    sheet.write_text("\n".join(lines))
    async with house.services.database.as_service() as conn:
        assert (await import_bank(conn, sheet)).applied
        sheet.write_text(sheet.read_text().replace(",de", ",German"))
        refused = await import_bank(conn, sheet)
    found = {card.steps[0].do: card.language for card in (await cards_of(house)).values()}
    assert (found["Wink mit dem linken Auge."], found["Wink twice."]) == ("de", "en")
    assert [(one.line, one.column) for one in refused.refused] == [(2, "Language")]
