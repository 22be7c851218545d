"""A bond in which there is something of everything that `verify` looks at, made as people make it."""

import json
import uuid
from datetime import timedelta
from typing import Any

import httpx

from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, come_anonymously, tell
from tests.support.pictures import uploaded
from tests.support.talks import STATS

ANA, BEN = 0, 1
TRIES = 5


async def lived_in(house: House) -> Home:
    """Ana leads Ben. Nothing of it is off."""
    home = await moved_in(house, ["dominant", "submissive"])
    alone = await home.people[ANA].client.post("/api/bonds", json={"name": "Mine, so far", "bond_type": "dyad"})
    assert alone.status_code == 201, alone.text
    await _asked(home)
    await _written(home)
    await _planned(home)
    await _signed(home)
    await _rated(home)
    await _characters(home)
    await _played(home)
    return home


async def _asked(home: Home) -> None:
    ben = home.people[BEN].id
    due = (home.now + timedelta(days=2)).isoformat()
    task = await _done(home, ANA, "tasks", {"title": "Water", "assigned_to": ben, "point_value": 5, "due_date": due})
    file_id = await uploaded(home.people[BEN].client)
    await _done(home, BEN, f"tasks/{task['id']}/submit", {"proof": {"type": "photo", "file_id": file_id}})
    await _done(home, ANA, f"tasks/{task['id']}/approve", None)
    daily = {"title": "Ten minutes outside", "assigned_to": ben, "recurring": "daily", "due_date": due}
    await _done(home, ANA, "tasks", daily)
    await _done(home, ANA, "rewards", {"title": "Tea", "assigned_to": ben, "point_cost": 3, "point_value": 2})
    given = await _done(home, ANA, "points", {"user_id": ben, "points": 4, "reason": "So kind"})
    await _done(home, ANA, f"points/{given['id']}/reverse", {"reason": "Not so kind"})


async def _written(home: Home) -> None:
    tagged = {"tags": ["quiet", "evenings"]}
    await _done(home, BEN, "journal", {"title": "Today", "content": "All is well", "is_shared": True, **tagged})
    url = "https://example.org/to-read"
    await _done(home, ANA, "resources", {"title": "To read", "url": url, "shared_with_partner": True, **tagged})
    await _done(home, BEN, "check-ins", {"status": "green", "notes": "Fine"})
    picture = await uploaded(home.people[ANA].client)
    message = await _done(home, ANA, "messages", {"content": "Look", "attachments": [picture]})
    assert message["attachments"], message


async def _planned(home: Home) -> None:
    begins = (home.now + timedelta(days=3)).isoformat()
    for title in ("A walk", "A bath"):
        await _done(home, ANA, "calendar", {"title": title, "start_date": begins})
    both = [one.id for one in home.people]
    activities = [{"name": "A massage", "keys": ["massage_receive"], "with": both}]
    for _ in range(2):
        scene = await _done(home, ANA, "scenes", {"title": "An evening", "activities": activities})
        for who in (ANA, BEN):
            await _done(home, who, f"scenes/{scene['id']}/confirm", {"version": scene["version"]})


async def _signed(home: Home) -> None:
    body = {"title": "Our evenings", "content": "We talk first.\nThen we play."}
    path = f"contracts/{(await _done(home, ANA, 'contracts', body))['id']}"
    for _ in range(2):
        asked = await _done(home, ANA, f"{path}/request-signatures", None)
        for who in (ANA, BEN):
            await _done(home, who, f"{path}/sign", {"content_sha256": asked["content_sha256"]})
        path = f"contracts/{(await _done(home, ANA, f'{path}/new-version', None))['id']}"


async def _rated(home: Home) -> None:
    for name in ("Candlelight", "Long walks"):
        row = await _done(home, ANA, "boundaries", {"activity_name": name})
        for who in (ANA, BEN):
            await _done(home, who, f"boundaries/{row['id']}/rating", {"rating": "yes"}, "PUT")


async def _characters(home: Home) -> None:
    """A picture that was drawn, and a talk in which an answer is being written."""
    ana = home.people[ANA]
    made = await ana.client.post("/api/kinksters", json={"name": "Rowan", "age_range": "31-40", "stats": STATS})
    assert made.status_code == 201, made.text
    kinkster, db = made.json()["id"], home.house.database
    file_id = await uploaded(ana.client)
    sealed = await home.house.services.person_keys.seal(f"user:{ana.id}", "A calm face")
    values: dict[str, Any] = {"who": uuid.UUID(ana.id), "kinkster": uuid.UUID(kinkster), "file": uuid.UUID(file_id)}
    await db.execute(
        "INSERT INTO image_generations (user_id, kinkster_id, file_id, prompt, status, finished_at)"
        " VALUES ($1, $2, $3, $4::text::jsonb, 'done', now())",
        *values.values(), json.dumps(sealed[0]),
    )  # fmt: skip
    await db.execute("UPDATE files SET attached_at = now() WHERE id = $1", values["file"])
    await db.execute(
        "UPDATE kinksters SET avatar_urls = ARRAY['/api/files/' || $2::text], is_primary = true WHERE id = $1",
        *(values["kinkster"], file_id),
    )
    await db.execute(
        "WITH talk AS (INSERT INTO conversations (user_id, kinkster_id) VALUES ($1, $2) RETURNING id), answer AS ("
        " INSERT INTO messages (conversation_id, user_id, role, status, content)"
        " SELECT id, $1, 'assistant', 'streaming', $3::text::jsonb FROM talk RETURNING id)"
        " INSERT INTO agent_sessions (user_id, provider, message_id, alive_until)"
        " SELECT $1, 'openai_responses', id, now() + interval '1 minute' FROM answer",
        *(values["who"], values["kinkster"], json.dumps(sealed[0])),
    )


async def _played(home: Home) -> None:
    """Two open games; one of somebody anonymous, who has answered the survey."""
    guest = await come_anonymously(home.house)
    answers = {"answers": {"A1": 5, "C1": []}}
    for client in (guest.client, home.people[ANA].client):
        told = await tell(client, name="Somebody", gender="female", adult=True)
        submitted = await client.post("/api/survey/submit", json=answers)
        assert (told.status_code, submitted.status_code) == (200, 200), submitted.text
        settings = {"rules": {"note": "Be kind"}}
        opened = await client.post("/api/sessions", json={"partner": {"link": True}, "settings": settings})
        assert opened.status_code == 201, opened.text


async def _done(home: Home, who: int, path: str, body: Any, verb: str = "POST") -> Any:
    """As an app does it: again with the same key, where a busy machine took too long."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    for _ in range(TRIES):
        answer = await home.people[who].client.request(verb, f"/api/bonds/{home.bond}/{path}", json=body, headers=key)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
    assert answer.is_success, answer.text
    return answer.json()
