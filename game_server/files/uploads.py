"""The one picture of an upload, out of a form as browsers send it (RFC 7578)."""

from collections.abc import AsyncIterator

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from game_server.http.bodies import AnyRequest
from rooms.errors import BadRequest, Invalid, TooLarge

FIELD = "file"
LARGEST = 10 * 1024 * 1024
LARGEST_BODY = 11 * 1024 * 1024
MOST_PARTS = 4


async def picture_of(request: AnyRequest) -> bytes:
    """Its bytes, whatever it is called and says it is. Raises BadRequest, TooLarge, Invalid."""
    boundary = parse_options_header(request.headers.get("content-type", ""))[1].get("boundary", "")
    found = bytearray()
    try:
        parser = PushMultipartParser(boundary, max_segment_count=MOST_PARTS)
        seen = await _read(parser, request.stream(), found)
    except MultipartError:
        raise BadRequest("The body is not a form of one file (multipart/form-data).") from None
    if not seen or not found:
        raise Invalid(fields={FIELD: "This field is required."})
    return bytes(found)


async def _read(parser: PushMultipartParser, pieces: AsyncIterator[bytes], found: bytearray) -> bool:
    """Was there such a field? Its bytes are in `found`. Raises MultipartError, TooLarge, Invalid."""
    seen = False
    with parser:
        async for piece in pieces:
            if not piece or parser.closed:
                continue
            for event in parser.parse(piece):
                if isinstance(event, MultipartSegment):
                    _require_ours(event.name, again=seen)
                    seen = True
                elif event:
                    found += event
                    if len(found) > LARGEST:
                        raise TooLarge
    return seen


def _require_ours(name: str, *, again: bool) -> None:
    if name != FIELD:
        raise Invalid(fields={FIELD: "The form holds something else, too."})
    if again:
        raise Invalid(fields={FIELD: "One file at a time."})
