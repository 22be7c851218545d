"""The tables by type are complete, and what is made from them is what the plain definition says."""

from typing import get_args

import pytest

from rooms.sessions.commands import AnyCommand
from rooms.sessions.events import AnyEvent
from rooms.sessions.flow import _DECIDE
from rooms.sessions.fold import _EVOLVE


@pytest.mark.parametrize(("table", "union"), [(_DECIDE, AnyCommand), (_EVOLVE, AnyEvent)], ids=["decide", "evolve"])
def test_every_type_stands_in_the_table_and_no_other_does(table, union):
    assert set(table) == set(get_args(union))
