"""Secrets in links: shown once, stored as a hash."""

import re
from hashlib import sha256

import pytest

from game_server.http.links import Link, hash_token, qr_svg


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 100_000, "\0", "💜", "\ud800", "../..", "a b\n"])
def test_whatever_arrives_as_a_token_hashes_to_something_that_fits_the_column(token):
    assert len(hash_token(token)) == 64


def test_the_hash_is_plain_sha256_in_hex():
    assert hash_token("secret") == sha256(b"secret").hexdigest()


def test_a_link_that_is_printed_by_mistake_opens_nothing():
    link = Link(token="secret", token_hash="hash", link="https://example.org/j/secret", qr_svg="<svg/>")
    assert "secret" not in repr(link)
    assert "secret" not in f"{link}"


def test_the_qr_code_is_one_drawing_without_styles_scripts_or_references():
    drawing = qr_svg("https://example.org/j/" + "x" * 43)
    assert set(re.findall(r"<([^\s/>]+)", drawing)) <= {"svg", "g", "path"}
    assert set(re.findall(r" ([^\s=]+)=", drawing)) <= {"width", "height", "class", "transform", "fill", "stroke", "d"}
    assert "http" not in drawing
