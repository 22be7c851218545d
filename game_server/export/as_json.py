"""An export as JSON, written piece by piece: `document.Exported` says what is in it."""

from collections.abc import AsyncIterator

import msgspec

from game_server.export.document import FORMAT, Document, Section

_ENCODER = msgspec.json.Encoder()


async def written(document: Document) -> AsyncIterator[bytes]:
    """The pieces."""
    yield b'{"format":%b,"made_at":%b' % (_ENCODER.encode(FORMAT), _ENCODER.encode(document.made_at))
    for section in document.sections:
        yield b',"%b":' % section.name.encode()
        async for piece in _section(section):
            yield piece
    yield b"}\n"


async def _section(section: Section) -> AsyncIterator[bytes]:
    if section.pages is None:
        yield _ENCODER.encode(section.once)
        return
    between = b"["
    async for items in section.pages:
        for item in items:
            yield between + _ENCODER.encode(item)
            between = b",\n"
    yield b"[]" if between == b"[" else b"]"
