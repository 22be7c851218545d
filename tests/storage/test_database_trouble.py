"""What keeps a server from PostgreSQL has a word, and the word no secret."""

import asyncpg
import pytest

from storage.database import STORE_ERRORS
from storage.database_trouble import MEANING, why
from storage.urls import as_login
from tests.support.redis_nodes import free_port


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda url: as_login(url, "postgres", "wrong"), "refused"),
        (lambda url: as_login(url, "nobody_of_this_name", "x"), "refused"),
        (lambda url: url.rpartition("/")[0] + "/no_such_database", "no_database"),
        (lambda _url: f"postgresql://a:b@127.0.0.1:{free_port()}/c", "away"),
    ],
)
async def test_a_connection_that_is_refused_says_why(admin_url, spoil, word):
    with pytest.raises(STORE_ERRORS) as refused:
        await asyncpg.connect(spoil(admin_url), timeout=5)
    assert why(refused.value) == word
    assert MEANING[word]


async def test_a_database_that_can_only_be_read_says_so(admin_url):
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute("SET default_transaction_read_only = on")
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError) as refused:
            await connection.execute("CREATE TABLE of_nobody ()")
    finally:
        await connection.close()
    assert why(refused.value) == "read_only"
