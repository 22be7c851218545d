"""The page as it goes out: few files, small, kept for ever, and there also for pages of another release."""

import gzip
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import brotli
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from game_server import errors, web
from game_server.web import assets
from rooms.errors import Refused

FOR_EVER = "public, max-age=31536000, immutable"
BROWSERS = {"Accept-Encoding": "gzip, deflate, br, zstd"}
ADDRESSES = re.compile(r'(?:href|src)="(/[^"#]+)')
BUILT = assets.built()
TEXTS = [name for name, asset in BUILT.files.items() if asset.media_type in ("text/javascript", "text/css")]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    app = Litestar(route_handlers=web.routes(), exception_handlers={Refused: errors.refused}, openapi_config=None)
    with TestClient(app) as client:
        yield client


SOURCES = {name: asset.body for name, asset in assets.plain().items()}
PLAIN = {name: body for name, body in SOURCES.items() if not name.startswith("js/")}
PLAIN["js/main.js"] = b"export const ONE = 1;"
"""The same page with a script that says nothing, to be built in no time."""


def of(name: str) -> str:
    """The address of the built file that has this name without its hash."""
    return f"/static/{BUILT.names[name]}"


def test_the_page_loads_one_script_and_one_style_sheet(client):
    page = client.get("/").text
    assert re.findall(r"<script[^>]*>", page) == [f'<script type="module" src="{of("attuned.js")}">']
    assert re.findall(r'<link rel="stylesheet"[^>]*>', page) == [
        f'<link rel="stylesheet" href="{of("attuned.css")}" />'
    ]


def test_many_who_come_first_wait_for_one_build(monkeypatch):
    made = []

    def build(_files):
        time.sleep(0.05)
        made.append(BUILT)
        return BUILT

    monkeypatch.setattr(assets, "build", build)
    monkeypatch.setattr(assets, "_built", cache(assets._built.__wrapped__))
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: assets.built(), range(8))) == [BUILT] * 8
    assert made == [BUILT]


def test_fonts_are_asked_for_before_the_styles_say_so(client):
    page, styles = client.get("/").text, client.get(of("attuned.css")).text
    early = re.findall(r'<link rel="preload" href="([^"]+)" as="font" type="font/woff2" crossorigin />', page)
    assert early == re.findall(r'url\("([^"]+\.woff2)"\)', styles) != []
    assert styles.count("font-display: swap") == styles.count("@font-face")


@pytest.mark.parametrize("name", BUILT.files)
def test_every_file_of_the_build_is_kept_for_ever_and_not_sent_again(client, name):
    answer = client.get(f"/static/{name}", headers=BROWSERS)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_EVER)
    assert (
        answer.headers["content-type"].partition(";")[0] == BUILT.files[name].media_type != "application/octet-stream"
    )
    known = {**BROWSERS, "If-None-Match": answer.headers["etag"]}
    again = client.get(f"/static/{name}", headers=known)
    assert (again.status_code, again.content, again.headers["cache-control"]) == (304, b"", FOR_EVER)
    assert again.headers.get("vary") == answer.headers.get("vary")


@pytest.mark.parametrize("name", BUILT.files)
def test_texts_and_drawings_go_out_packed_in_what_the_browser_takes(client, name):
    body, packed = BUILT.files[name].body, BUILT.files[name].packed
    assert [*packed] == (["br", "gzip"] if name.endswith(assets.PACKED) and len(body) >= assets.SMALLEST_PACKED else [])
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress}
    for encoding, smaller in packed.items():
        answer = client.get(f"/static/{name}", headers={"Accept-Encoding": encoding})
        assert (answer.headers["content-encoding"], answer.headers["vary"]) == (encoding, "Accept-Encoding")
        assert len(smaller) < len(body)
        assert answer.content == unpacked[encoding](smaller) == body
    bare = client.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
    assert (bare.content, bare.headers.get("content-encoding")) == (body, None)


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP;q=0.5, br;q=1.0", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip, br;q=0", "gzip"),
        ("gzip;q=0.000, br; q=0", None),
        ("zstd", None),
        ("*", None),
        ("", None),
    ],
)
def test_a_browser_gets_what_it_accepts(client, accepts, encoding):
    answer = client.get(of("attuned.js"), headers={"Accept-Encoding": accepts})
    assert answer.headers.get("content-encoding") == encoding


def test_a_tag_is_of_one_encoding_only(client):
    tags = [client.get("/", headers={"Accept-Encoding": one}).headers["etag"] for one in ("br", "gzip", "")]
    assert len({*tags}) == 3
    other = client.get("/", headers={"Accept-Encoding": "gzip", "If-None-Match": tags[0]})
    assert other.status_code == 200


def test_the_page_itself_is_asked_for_anew_and_names_what_it_is_made_of(client):
    answer = client.get("/", headers=BROWSERS)
    assert answer.headers["cache-control"] == "no-cache"
    assert client.get("/", headers={**BROWSERS, "If-None-Match": answer.headers["etag"]}).status_code == 304
    before = assets.build(PLAIN)
    changed = assets.build(PLAIN | {"css/base.css": PLAIN["css/base.css"] + b".new { color: red; }"})
    assert changed.page.hash != before.page.hash
    assert changed.names["attuned.js"] == before.names["attuned.js"]


def test_every_address_in_the_build_leads_to_a_file():
    told = [BUILT.page.body.decode(), *(BUILT.files[name].body.decode() for name in TEXTS)]
    named = {name for text in told for name in re.findall(r"/static/([\w./-]+\.\w+)", text)}
    assert named - {*BUILT.files, *assets.plain()} == set()
    assert len(named & {*BUILT.files}) == len(BUILT.files)


def test_the_same_files_make_the_same_build_in_whatever_order_they_are_read():
    backwards = dict(reversed(SOURCES.items()))
    again = assets.build(backwards)
    assert (again.page, again.files) == (BUILT.page, BUILT.files)


def test_styles_are_joined_in_the_order_of_the_page():
    few = {"css/theme.css": b"one {}", "css/base.css": b"two {}"}
    html = re.sub(r' *<link rel="stylesheet" href="/static/css/(?!theme|base).*\n', "", PLAIN["index.html"].decode())
    turned = re.sub(r"theme|base", lambda name: "base" if name[0] == "theme" else "theme", html)

    def styles(html: str) -> bytes:
        made = assets.build(PLAIN | few | {"index.html": html.encode()})
        return made.files[made.names["attuned.css"]].body

    assert (styles(html), styles(turned)) == (b"one {}two {}", b"two {}one {}")


def test_styles_lose_comments_and_indents_and_keep_their_texts():
    styles = '/* a */\na {\n  content: "/* b */  c";\n\n  /* d\n     e */\n  color: red; /* f */\n}\n'
    assert assets._small_styles(styles) == '\na {\ncontent: "/* b */  c";\n\ncolor: red; \n}\n'


def test_an_address_in_styles_means_the_same_from_elsewhere():
    styles = 'a: url("../img/back.svg") url("own.svg") url("#line") url("/x") url("data:,")'
    assert assets._absolute("css/room.css", styles) == (
        'a: url("/static/img/back.svg") url("/static/css/own.svg") url("#line") url("/x") url("data:,")'
    )


@pytest.mark.parametrize("name", ["attuned.js", "attuned.css", "img/marks.svg", "fonts/figtree.woff2"])
def test_a_page_of_another_release_gets_what_is_there_now_and_nobody_keeps_it(client, name):
    stem, _, ending = name.rpartition(".")
    answer = client.get(f"/static/{stem}.{'0' * 16}.{ending}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.content == client.get(of(name)).content


@pytest.mark.parametrize(
    "path", ["none.0123456789abcdef.js", "attuned.0123.js", "attuned.js", "js/main.0123456789abcdef.js"]
)
def test_a_name_that_the_page_has_not_is_not_found(client, path):
    assert client.get(f"/static/{path}").status_code == 404


def test_the_shell_is_the_page_with_all_that_it_shows_and_each_of_it_is_there(client):
    shell = assets.shell()
    assert shell[0] == "/"
    assert {of("attuned.js"), of("attuned.css"), of("img/marks.svg"), of("fonts/figtree.woff2")} < {*shell}
    assert {path for path in ADDRESSES.findall(client.get("/").text) if path.startswith("/static/")} <= {*shell}
    assert [path for path in shell if client.get(path).status_code != 200] == []


def test_the_modules_still_lie_where_they_were_for_who_works_on_the_page():
    app = Litestar(route_handlers=web.routes("modules"), openapi_config=None)
    with TestClient(app) as client:
        page = client.get("/")
        assert page.content == SOURCES["index.html"]
        assert all(client.get(path).status_code == 200 for path in ADDRESSES.findall(page.text))


@pytest.mark.parametrize(
    ("lacking", "form", "event"),
    [
        pytest.param(("tree_sitter",), "modules", "page_not_built", marks=pytest.mark.long),
        (("tree_sitter_javascript", "brotli"), "modules", "page_not_built"),
        (("brotli",), "built", "page_packed_with_gzip_alone"),
        pytest.param((), "built", "", marks=pytest.mark.long),
    ],
)
def test_a_server_without_the_libraries_of_the_build_serves_what_the_page_is_made_of_and_says_so(lacking, form, event):
    program = f"""
import sys
for name in {lacking!r}:
    sys.modules[name] = None  # as if it were not installed
from game_server import web
from game_server.web import assets
assert assets.possible("modules") == "modules"
print(assets.possible("built"))
if {form!r} == "built":
    print(sorted({{encoding for asset in assets.built().files.values() for encoding in asset.packed}}))
assert len(web.routes()) > 3
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert form in said
    assert event in done.stdout
    if form == "built":
        assert str(["gzip"] if lacking else ["br", "gzip"]) in said
