"""Who gets the gallery of made-up screens: whoever works on this machine, and nobody else."""

import httpx
import msgspec
import pytest

from game_server import web

PATHS = ("/gallery", "/gallery/frame", "/gallery/raw/gallery/states.js", "/gallery/raw/static/js/app.js")


@pytest.mark.parametrize("path", PATHS)
def test_whoever_works_on_this_machine_gets_it(server, path):
    answer = httpx.get(server.url + path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", PATHS)
def test_nobody_gets_it_through_a_proxy_that_was_not_told_of(server, path):
    assert httpx.get(server.url + path, headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 404


@pytest.mark.parametrize(
    "reached", [{"public_url": "https://play.example.org"}, {"trusted_proxies": ("10.0.0.0/8",)}, {"lan": True}]
)
def test_a_server_that_others_reach_has_none(settings, reached):
    assert web.gallery(settings) != []
    assert web.gallery(msgspec.structs.replace(settings, **reached)) == []


@pytest.mark.parametrize(
    "path",
    ["pages.py", "gallery/../pages.py", "%2e%2e/settings.py", "gallery", "gallery/none.js", "static/%00", "a" * 300],
)
def test_it_gives_no_other_file(server, path):
    assert httpx.get(f"{server.url}/gallery/raw/{path}").status_code == 404


def test_its_frame_is_the_page_itself_as_it_lies(server):
    frame = httpx.get(server.url + "/gallery/frame").text
    assert '<script type="module" src="/gallery/raw/gallery/frame.js">' in frame
    assert '"/static/' not in frame


def test_no_made_up_screen_is_among_the_files_that_everybody_gets(server):
    assert httpx.get(server.url + "/static/gallery/states.js").status_code == 404
