"""Which rules the game itself understands is said twice, and the same: by the program, and by the database where it erases."""

import json
from typing import Any

import pytest

from storage.game_rules import free_words
from tests.storage import rows

VALUES = (True, False, None, 1, "", "yes", "de", "DE-at", "d", "deutsch", "de-", "de\n", ["de"], {"de": 1})


@pytest.mark.parametrize("key", ["apart", "favourites", "language", "note"])
async def test_the_database_keeps_of_rules_what_the_program_does_not_seal(database_url: str, key: str):
    async with rows.undone(database_url) as admin:
        for value in VALUES:
            rules: dict[str, Any] = {key: value}
            kept = await admin.fetchval("SELECT app.known_rules($1)", json.dumps({"rules": rules}))
            assert (json.loads(kept)["rules"] == {}) is (free_words(rules) == rules), value
