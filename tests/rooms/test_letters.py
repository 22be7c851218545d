import pytest

from rooms.activities.letters import read_out
from rooms.activities.named import named


@pytest.mark.parametrize(
    ("text", "said"), [("\uff53pan\uff4b", "spank"), ("\ufb01st", "fist"), ("\u2121 \u3392", "TEL MHz")]
)
def test_what_looks_like_letters_is_read_as_letters(text, said):
    assert read_out(text, "NFKC") == said


def test_no_text_grows_to_many_times_its_length_where_it_is_read():
    assert read_out("\ufdfa" * 1000, "NFKC") == " " * 1000
    assert len(read_out("a\ufdfa" * 1000, "NFKD")) <= 4 * 2000


def test_what_stands_between_such_signs_is_still_found():
    assert named("\ufdfa" * 50 + " spank me " + "\ufdfa" * 50).preference_keys
