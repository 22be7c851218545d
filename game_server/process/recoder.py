"""A picture decoded and written anew, by a process of its own: its bytes come in, what is kept goes out.

It runs by itself (`pictures.py` starts it), with nothing of the server's in its memory or its environment: what decodes files of
strangers is the part of a server that is broken into. What goes out is pixels that were drawn again, so nothing else of the file
comes along: no place, no camera, no date, no profile, no second picture, no page behind the picture.

First a line of JSON {content_type, width, height}, then the bytes; an exit code other than 0 says why there are none.
"""

import io
import json
import resource
import sys
import warnings
from contextlib import suppress

from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 16_384
LONGEST_KEPT = 4096
"""No screen of a phone shows more; larger ones are made smaller."""
LARGEST = 10 * 1024 * 1024
LARGEST_PROFILE = 1024 * 1024
QUALITIES = (88, 75, 55)

UNREADABLE, TOO_MANY_PIXELS = 3, 4

MEMORY, CPU_S = 1024**3, 20


def main() -> int:
    """The exit code."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_FSIZE, 0)):
        with suppress(ValueError, OSError):  # not every system has each
            resource.setrlimit(limit, (most, most))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        content_type, size, written = recoded(sys.stdin.buffer.read())
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return TOO_MANY_PIXELS
    except Exception:  # noqa: BLE001 - a decoder fails in any way it likes
        return UNREADABLE
    head = {"content_type": content_type, "width": size[0], "height": size[1]}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + written)
    sys.stdout.buffer.flush()
    return 0


def recoded(data: bytes) -> tuple[str, tuple[int, int], bytes]:
    """The first picture of a file as it is kept: its content type, its size, its bytes. Raises DecompressionBombError, and
    whatever a decoder raises.
    """
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if max(opened.size) > LONGEST_SIDE or opened.width * opened.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        profile = opened.info.get("icc_profile")
        opened.draft(None, (LONGEST_KEPT, LONGEST_KEPT))
        opened.load()
        drawn: Image.Image = ImageOps.exif_transpose(opened)
    drawn.thumbnail((LONGEST_KEPT, LONGEST_KEPT), reducing_gap=2.0)
    return _written(_plain(drawn, profile))


def _plain(drawn: Image.Image, profile: bytes | None) -> Image.Image:
    """Eight bits a colour of sRGB, and nothing beside the pixels."""
    if drawn.mode.startswith("I"):  # sixteen bits of grey, of which a plain conversion cuts all that is light
        drawn = drawn.point(lambda value: value * (1 / 257)).convert("L")
    mode = "RGBA" if drawn.has_transparency_data else "RGB"
    drawn = _in_srgb(drawn, profile) if profile and len(profile) <= LARGEST_PROFILE else drawn
    plain = drawn.convert(mode)
    if mode == "RGBA" and plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    plain.info.clear()
    return plain


def _in_srgb(drawn: Image.Image, profile: bytes) -> Image.Image:
    """With the colours that its profile means; as it stands where the profile makes no sense."""
    if drawn.mode not in ("RGB", "CMYK", "L"):
        return drawn
    try:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(drawn, meant, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return drawn
    return made or drawn


def _written(plain: Image.Image) -> tuple[str, tuple[int, int], bytes]:
    """JPEG, or WebP where something shines through; smaller where it would be larger than we keep."""
    form, content_type = ("WEBP", "image/webp") if plain.mode == "RGBA" else ("JPEG", "image/jpeg")
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            plain.save(out, form, quality=quality, **({"method": 2} if form == "WEBP" else {}))
            if out.tell() <= LARGEST:
                return content_type, plain.size, out.getvalue()
        plain = plain.reduce(2)


if __name__ == "__main__":
    sys.exit(main())
