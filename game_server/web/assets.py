"""The page as it goes out: few files, small, and each at an address that holds the hash of what is in it.

The build reads what index.html links: its styles become one file in their order, its script one with all that it imports
(`joined`), and whatever these name below /static/ is named with its hash. What has such a name may be kept for ever, what
has not is asked for anew. The build is the same wherever the files are, and is made once a process, when it is first
asked for: nothing is committed, so nothing can be stale.

A page that was opened before a release, or came from a process of another one, asks by hashes of that one: it gets what
stands at that name now, which nobody keeps.
"""

import gzip
import hashlib
import mimetypes
import posixpath
import re
import threading
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import msgspec
import structlog

from game_server.languages import page as languages

log = structlog.get_logger()

STATIC = Path(__file__).parent / "static"
INDEX, SCRIPT, STYLES = "index.html", "attuned.js", "attuned.css"

KINDS = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
NAMED_BY_HASH = (".svg", ".png", ".webp", ".json", ".woff2")
PACKED = (".js", ".css", ".html", ".svg", ".json")
SMALLEST_PACKED = 256
"""Below that the headers weigh more than what is saved, in bytes."""

Form = Literal["built", "modules"]
"""The page as few files, or as the modules that it is written in, for whoever works on it."""

QUALITY = 9
"""Of brotli: 11 makes the script four per cent smaller and takes eight times as long."""

LINKED_STYLES = re.compile(r'( *<link rel="stylesheet" href="/static/([^"]+)" />\n)')
LINKED_SCRIPT = re.compile(r' *<script type="module" src="/static/js/([^"]+)"></script>\n')
ADDRESS = re.compile(r"/static/([\w./-]+)")
IN_STYLES = re.compile(r'url\("(?![#/]|data:)([^"]+)"\)')
FONTS = re.compile(r"/static/[\w./-]+\.woff2")
NEEDLESS_IN_STYLES = re.compile(r'("[^"\n]*")|/\*.*?\*/|\n\s+', re.DOTALL)
HASHED = re.compile(r"(.+)\.[0-9a-f]{16}(\.\w+)")


class Asset(msgspec.Struct, frozen=True):
    """One file as it goes out; `packed` is its body by Content-Encoding, the best first."""

    body: bytes
    media_type: str
    hash: str
    packed: dict[str, bytes] = {}

    def as_accepted(self, accepts: str) -> tuple[bytes, str | None]:
        """The body, and how it is encoded, for a browser that says this in Accept-Encoding."""
        taken = accepted(accepts)
        found = next((encoding for encoding in self.packed if encoding in taken), None)
        return (self.body, None) if found is None else (self.packed[found], found)


class Build(msgspec.Struct, frozen=True):
    """The page, its files by their names with hashes, and those names by the names without."""

    page: Asset
    files: dict[str, Asset]
    names: dict[str, str]

    def find(self, name: str) -> tuple[Asset, bool] | None:
        """The file at this name, and may it be kept? One of another release's hash may not."""
        if name in self.files:
            return self.files[name], True
        other = HASHED.fullmatch(name)
        current = self.names.get("".join(other.groups())) if other else None
        return None if current is None else (self.files[current], False)


def accepted(accepts: str) -> set[str]:
    """The encodings that an Accept-Encoding names and does not refuse by `q=0`."""
    offers = (offer.replace(" ", "").lower().partition(";q=") for offer in accepts.split(","))
    return {name for name, _, weight in offers if not weight or weight.strip("0.")}


def possible(form: Form) -> Form:
    """The form in which the page can go out here: a server whose libraries are not all installed serves what it is made of."""
    joins, packs = not lacks("tree_sitter", "tree_sitter_javascript"), not lacks("brotli")
    if form == "modules" or (joins and packs):
        return form
    log.warning(
        "page_not_built" if not joins else "page_packed_with_gzip_alone",
        lacking=", ".join(lacks("tree_sitter", "tree_sitter_javascript", "brotli")),
        means="the page is larger and comes slower than it could",
        do="install what requirements.lock lists",
    )
    return "built" if joins else "modules"


def lacks(*modules: str) -> list[str]:
    """Those of these that are not installed."""
    return [module for module in modules if find_spec(module) is None]


@cache
def plain() -> dict[str, Asset]:
    """Every file as it lies, by its path below static/, and the catalogues of the page's words."""
    return load() | {name: _asset(name, body) for name, body in languages.files().items()}


def load(folder: Path = STATIC) -> dict[str, Asset]:
    """Every file below the folder by its relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _asset(path.name, path.read_bytes()) for path in files}


_BUILDING = threading.Lock()


def built() -> Build:
    """What this process serves. A seventh of a second of work, the first time: many who come then wait for one that does it."""
    with _BUILDING:
        return _built()


@cache
def _built() -> Build:
    return build({name: asset.body for name, asset in plain().items()})


def shell() -> list[str]:
    """The addresses that show the page without a network: the page, and all that it is made of, words of other languages too.
    Each but the first holds its hash, so the list is another whenever one of them is."""
    return ["/", *(f"/static/{name}" for name in built().files)]


def build(files: dict[str, bytes]) -> Build:
    """Put together what index.html links. `files`: path below static/ → content. Raises joined.NotJoinable."""
    from game_server.web.joined import join  # noqa: PLC0415 - its parser may not be installed (`possible`)

    made = _Making(files)
    html = files[INDEX].decode()
    sheets = [sheet for _, sheet in LINKED_STYLES.findall(html)]
    styles = "".join(_small_styles(_absolute(sheet, files[sheet].decode())) for sheet in sheets)
    styles = made.named(styles)
    entry = LINKED_SCRIPT.search(html)
    if entry is None:
        raise ValueError(f"{INDEX} links no script")
    modules = {name.removeprefix("js/"): body for name, body in files.items() if name.startswith("js/")}
    script = made.named(join(modules, entry[1]).decode())
    head = _links(made.add(STYLES, styles.encode()), made.add(SCRIPT, script.encode()), FONTS.findall(styles))
    html = LINKED_SCRIPT.sub("", LINKED_STYLES.sub("", html)).replace("  </head>", f"{head}  </head>")
    return Build(_asset(INDEX, made.named(html).encode(), _packed), made.files, made.names)


class _Making:
    """A build under way."""

    def __init__(self, sources: dict[str, bytes]) -> None:
        self.sources = sources
        self.files: dict[str, Asset] = {}
        self.names: dict[str, str] = {}

    def add(self, name: str, body: bytes) -> str:
        """Take a file in; its name with its hash."""
        if name not in self.names:
            asset = _asset(name, body, _packed)
            stem, ending = posixpath.splitext(name)
            self.names[name] = f"{stem}.{asset.hash[:16]}{ending}"
            self.files[self.names[name]] = asset
        return self.names[name]

    def named(self, text: str) -> str:
        """The text with the hash in every address of a file that is kept for ever; the others stay what they are."""

        def address(found: re.Match[str]) -> str:
            name = found[1]
            if name not in self.sources or not name.endswith(NAMED_BY_HASH):
                return found[0]
            return f"/static/{self.add(name, self.sources[name])}"

        return ADDRESS.sub(address, text)


def _links(styles: str, script: str, fonts: list[str]) -> str:
    """What stands in the page's head; the script first, as everything waits for it."""
    early = [f'<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin />' for font in fonts]
    linked = [
        f'<script type="module" src="/static/{script}"></script>',
        f'<link rel="stylesheet" href="/static/{styles}" />',
        *dict.fromkeys(early),
    ]
    return "".join(f"    {link}\n" for link in linked)


def _absolute(sheet: str, styles: str) -> str:
    """The styles with addresses that mean the same from elsewhere."""
    folder = posixpath.dirname(f"/static/{sheet}")
    return IN_STYLES.sub(lambda found: f'url("{posixpath.normpath(posixpath.join(folder, found[1]))}")', styles)


def _small_styles(styles: str) -> str:
    """Without comments and indents."""
    return NEEDLESS_IN_STYLES.sub(lambda found: found[1] or ("" if found[0].startswith("/*") else "\n"), styles)


def _packed(name: str, body: bytes) -> dict[str, bytes]:
    """Brotli where a browser may take it, which is over https; whoever takes zstd takes that too, and it is smaller."""
    if not name.endswith(PACKED) or len(body) < SMALLEST_PACKED:
        return {}
    return {**_brotli(body), "gzip": gzip.compress(body, mtime=0)}


def _brotli(body: bytes) -> dict[str, bytes]:
    if lacks("brotli"):
        return {}
    import brotli  # noqa: PLC0415 - it may not be installed (`possible`)

    return {"br": brotli.compress(body, quality=QUALITY)}


def as_file(name: str, body: bytes) -> Asset:
    """What the program itself has made, packed like a file of that name."""
    return _asset(name, body, _packed)


def _asset(name: str, body: bytes, pack: Callable[[str, bytes], dict[str, bytes]] = lambda _name, _body: {}) -> Asset:
    kind = KINDS.get(posixpath.splitext(name)[1]) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(body, kind, hashlib.sha256(body).hexdigest()[:32], pack(name, body))
