"""What else is drawn of characters: a composition with several, and one as they stand. Each is its owner's alone."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg

from game_server.accounts.callers import Caller
from game_server.bonds.life import Life
from game_server.characters import images
from game_server.characters.images import Order, Reader
from rooms.activities.minors import suggests_minor
from rooms.bonds.tool import Tool
from rooms.characters import pictures
from rooms.characters.compositions import COMPOSITIONS, POSES
from rooms.characters.pictures import Figure, Style
from rooms.errors import AdultsOnly, Invalid, NotFound
from storage import bond_rows, compositions, image_generations
from storage.bond_rows import Row


class Drawable(Life):
    """A tool of which a picture can be drawn."""

    async def own_values(
        self,
        db: asyncpg.Connection,
        caller: Caller,
        bond_id: UUID | None,
        row: Row | None,
        given: Any,
    ) -> dict[str, Any]:
        """As every tool's. Raises Invalid for what is not the caller's, or nobody's, and AdultsOnly."""
        values = await super().own_values(db, caller, bond_id, row, given)
        written = [values[name] for name in self.tool.sealed if values.get(name)]
        if await asyncio.to_thread(lambda: any(suggests_minor(text, drawn=True) for text in written)):
            raise AdultsOnly
        for name in compositions.NAMED.keys() & values.keys():
            if values[name] is not None and not await compositions.is_mine(db, name, values[name]):
                raise Invalid(fields={name: "There is no such thing, or it is not yours."})
        return values


LIVES = (Drawable(COMPOSITIONS), Drawable(POSES))


async def of_composition(db: asyncpg.Connection, reader: Reader, row_id: UUID, style: Style) -> Order:
    """A picture of several, as their owner composed it. Raises NotFound."""
    row = await _row(db, COMPOSITIONS, row_id)
    text = _text(reader, row["composition"])
    stands = await compositions.poses(db, row_id, pictures.MOST_POSES)
    known = await images.figures(db, reader.key, [one["kinkster_id"] for one in stands])
    figures = [
        _posed(known[one["kinkster_id"]][0], _text(reader, one["pose"]))
        for one in stands
        if one["kinkster_id"] in known
    ]
    figures = await asyncio.to_thread(lambda: [pictures.without_explicit(one) for one in figures])
    names = await image_generations.names_known(db)
    return Order(
        subject="composition",
        style=style,
        prompt=pictures.composition(text, figures, style, names),
        texts=(text, *(said for one in figures for said in pictures.words_of(one))),
    )


async def of_pose(db: asyncpg.Connection, reader: Reader, row_id: UUID, style: Style) -> Order:
    """A picture of one, as they stand. Raises NotFound."""
    row = await _row(db, POSES, row_id)
    known = await images.figures(db, reader.key, [row["kinkster_id"]])
    if row["kinkster_id"] not in known:
        raise NotFound
    figure, _ = known[row["kinkster_id"]]
    figure = _posed(await asyncio.to_thread(pictures.without_explicit, figure), _text(reader, row["pose"]))
    names = await image_generations.names_known(db)
    return Order(
        subject="pose",
        style=style,
        prompt=pictures.pose(figure, style, names),
        texts=tuple(pictures.words_of(figure)),
        kinkster_id=row["kinkster_id"],
    )


async def shown_by(db: asyncpg.Connection, tool: Tool, row_id: UUID, generation_id: UUID) -> None:
    """The picture is that row's newest."""
    await bond_rows.change(db, tool, row_id, {"generation_id": generation_id})


async def _row(db: asyncpg.Connection, tool: Tool, row_id: UUID) -> Row:
    found = await bond_rows.find(db, tool, row_id)
    if found is None:
        raise NotFound
    return found


def _text(reader: Reader, envelope: Any) -> str:
    return "" if envelope is None else str(reader.key.unseal(envelope))


def _posed(figure: Figure, pose: str) -> Figure:
    return Figure(figure.age_range, figure.looks, pose or None)
