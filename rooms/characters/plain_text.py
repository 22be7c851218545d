"""What an AI writes as plain text: no tags, no signs of markup, nothing that cannot be seen; and whether it names an address."""

import re
import unicodedata

from rooms.activities.letters import without_blanks

_TAGS = re.compile(r"<[/!?a-zA-Z][^<>]{0,500}>")
_LINKED = re.compile(r"!?\[([^\[\]\n]{0,300})\]\s?(?:\([^()\n]{0,1000}\)|\[[^\[\]\n]{0,300}\])")
_SIGNS = re.compile(r"[*`~|<>\\{}]+|(?<!\w)_+|_+(?!\w)|(?m:^[ \t]*(?:#{1,6}|[-+]|\d{1,2}\))[ \t]+)")
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}\s?:\s?/\s?/|\bwww\s?\.|(?:mailto|javascript|data|tel|sms|blob|file|magnet)\s?:\s?\S"
    r"|[\w.+-]{1,64}\s?@\s?[\w-]{1,63}\s?\.\s?\w"
    r"|(?<![\w@])@\w{3,}"
    r"|(?<![\w.])(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,4}"
    r"(?:com|net|org|info|io|me|tv|co|app|dev|xyz|onion|biz|site|online|shop|porn|sex|xxx|adult|cam|live|link|click|top|gg|ly|to"
    r"|de|es|uk|us|eu|at|ch|fr|it|nl|ru|mx|ar|cl|pe)(?![\w-])(?:[/:?#]\S*)?"
    r"|\b\w{1,40}\s?(?:\(dot\)|\[dot\]|\(punkt\)|\(punto\))\s?\w{2,}"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[ \t]{2,}")


def of(sentence: str) -> tuple[str, bool]:
    """The sentence as it may be shown, and whether an address stands in it: of a page, a mailbox, an account."""
    seen = "".join(_seen(character) for character in unicodedata.normalize("NFC", without_blanks(sentence)))
    has_address = _LINKED.search(seen) is not None or _ADDRESS.search(unicodedata.normalize("NFKC", seen)) is not None
    text = _LINKED.sub(r"\1", seen.replace("<3", "\u2665"))
    while (bare := _TAGS.sub("", text)) != text:
        text = bare
    return _SPACES.sub(" ", _SIGNS.sub("", text)), has_address


def _seen(character: str) -> str:
    if character in "\n\t":
        return character if character == "\n" else " "
    kind = unicodedata.category(character)
    return (
        ""
        if kind in ("Cc", "Cf", "Co", "Cs", "Cn") and character != "\u200d"
        else " "
        if kind in ("Zl", "Zp")
        else character
    )
