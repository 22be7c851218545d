"""Pictures as people and as attackers send them."""

import io
import struct
import zlib
from typing import Any

import httpx
from PIL import Image

GPS = b"GPSLatitudeRef-of-a-test"


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **saved: Any) -> bytes:
    """A small one with something on it."""
    drawn = Image.effect_noise(size, 50).convert("RGB")
    drawn = drawn.quantize(8) if mode == "P" else drawn.convert(mode)
    return written(drawn, form, **saved)


def written(drawn: Image.Image, form: str, **saved: Any) -> bytes:
    out = io.BytesIO()
    drawn.save(out, form, **saved)
    return out.getvalue()


def read(data: bytes) -> Image.Image:
    """What somebody sees of it."""
    seen = Image.open(io.BytesIO(data))
    seen.load()
    return seen


def with_exif(*, orientation: int = 1) -> bytes:
    """A photograph that says where it was made, upright only when it is turned."""
    drawn = Image.effect_noise((64, 48), 50).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = GPS.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return written(drawn, "JPEG", exif=exif, comment=GPS, icc_profile=GPS * 20)


def png(width: int, height: int, rows: bytes) -> bytes:
    """A grey PNG of these numbers, whatever the rows are."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def gif_with_a_huge_frame() -> bytes:
    """A screen of 8 × 8, and a frame of 60,000 × 60,000 in it."""
    screen = b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return screen + b"," + struct.pack("<HHHHB", 0, 0, 60_000, 60_000, 0) + b"\x02\x02\x4c\x01\x00;"


def noise(size: int) -> bytes:
    """About so many bytes of a picture that no coder makes smaller."""
    side = int((size / 3) ** 0.5)
    data = zlib.compress(b"", 0) and _random(side * side * 3)
    return written(Image.frombytes("RGB", (side, side), data), "PNG", compress_level=0)


def _random(count: int) -> bytes:
    return Image.effect_noise((count, 1), 80).tobytes()


async def upload(
    client: httpx.AsyncClient, data: bytes, name: str = "me.jpg", kind: str = "image/jpeg", **headers: str
) -> httpx.Response:
    """As a browser's form does."""
    return await client.post("/api/files", files={"file": (name, data, kind)}, headers=headers)


async def uploaded(client: httpx.AsyncClient, data: bytes | None = None) -> str:
    """The id of a new one."""
    answer = await upload(client, data or picture())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file_id"])


async def seen(client: httpx.AsyncClient, file_id: str) -> httpx.Response:
    """What somebody gets who follows where they are sent."""
    return await client.get(f"/api/files/{file_id}", follow_redirects=True)
