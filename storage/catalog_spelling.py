"""One spelling for what PostgreSQL writes in two: as it was declared, and as it is once a dump of it was read back.

`IN (…)` of a varchar is kept as an array that is cast as a whole, or element by element; `a OR b OR c` as pairs of pairs, or as
one list. Both mean the same, and which it is says only which way the text came.
"""

import re
from typing import TypeAlias

_LITERAL = r"'(?:[^']|'')*'::character varying"
_CAST_WHOLE = re.compile(rf"\(ARRAY\[({_LITERAL}(?:, {_LITERAL})*)\]\)::text\[\]")
_CAST_EACH = re.compile(rf"ARRAY\[(\({_LITERAL}\)::text(?:, \({_LITERAL}\)::text)*)\]")
_ONE = re.compile(rf"\(?({_LITERAL})(?:\)::text)?")
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|[^'"()]+|.""")

_Parts: TypeAlias = "list[str | _Parts]"
"""What stands in a pair of parentheses: text, and lists for the pairs in it."""


def plain(line: str) -> str:
    """The line as it is compared. It is no SQL any more: what is to be run is the line as it was read."""
    if "ARRAY[" in line:
        line = _CAST_EACH.sub(_elements, _CAST_WHOLE.sub(_elements, line))
    if " OR " in line or " AND " in line:
        line = _text(_flat(_parts(line)))
    return line


def _elements(found: re.Match[str]) -> str:
    ones = [f"{one.removesuffix('::character varying')}::text" for one in _ONE.findall(found[1])]
    return f"ARRAY[{', '.join(ones)}]"


def _parts(line: str) -> _Parts:
    """A parenthesis without its other one stays text."""
    open_ones: list[_Parts] = [[]]
    for each in _TOKEN.findall(line):
        if each == "(":
            open_ones.append([])
        elif each == ")" and len(open_ones) > 1:
            inside = open_ones.pop()
            open_ones[-1].append(inside)
        else:
            open_ones[-1].append(each)
    while len(open_ones) > 1:
        inside = open_ones.pop()
        open_ones[-1] += ["(", *inside]
    return open_ones[0]


def _flat(parts: _Parts) -> _Parts:
    """Without the parentheses of what is joined as its surroundings are: `(a OR b) OR c`, of AND too."""
    inner = [part if isinstance(part, str) else _flat(part) for part in parts]
    flat: _Parts = []
    for place, part in enumerate(inner):
        before, after = (inner[place - 1] if place else ""), (inner[place + 1] if place + 1 < len(inner) else "")
        if isinstance(part, list) and any(_joins(word, part, before, after) for word in (" OR ", " AND ")):
            flat += part
        else:
            flat.append(part)
    return flat


def _joins(word: str, part: _Parts, before: "str | _Parts", after: "str | _Parts") -> bool:
    """Is it a whole operand of this word, and made of operands of it alone?"""
    if not (isinstance(before, str) and isinstance(after, str)) or not (before or after):
        return False
    other = " AND " if word == " OR " else " OR "
    own = [each for each in part if isinstance(each, str) and not each.startswith(("'", '"'))]
    return (
        (not before or before.endswith(word))
        and (not after or after.startswith(word))
        and any(word in each for each in own)
        and not any(other in each for each in own)
    )


def _text(parts: _Parts) -> str:
    return "".join(part if isinstance(part, str) else f"({_text(part)})" for part in parts)
