"""One page for a bench's result: charts drawn as SVG. It loads nothing and reads in light and dark."""

from collections.abc import Sequence
from html import escape

STYLE = """
:root { color-scheme: light dark; --ink: #1d2330; --dim: #5a6375; --ground: #fdfcfa; --line: #dcd8d0; --ours: #b3415f; --other: #7d8aa5;
  --s0: #b9c4d6; --s1: #8aa0c4; --s2: #d9a441; --s3: #c8683f; --s4: #8e2f3f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ece9e4; --dim: #a4acbb; --ground: #16181d; --line: #343945; --ours: #e88aa2; --other: #75829c;
    --s0: #46536b; --s1: #6f86ad; --s2: #c99432; --s3: #cf7349; --s4: #e2708a; }
}
body { margin: 0 auto; max-width: 66rem; padding: 2rem 1.2rem 4rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .2rem; }
p, li { color: var(--dim); margin: .2rem 0; font-size: .92rem; }
.busy { border-left: 4px solid var(--ours); padding: .4rem .8rem; color: var(--ink); }
svg { width: 100%; max-width: 760px; height: auto; display: block; }
svg text { fill: var(--ink); font: 14px system-ui, sans-serif; }
svg .ours { fill: var(--ours); } svg .other { fill: var(--other); } svg .range { stroke: var(--ink); stroke-width: 1.5; }
svg .s0 { fill: var(--s0); } svg .s1 { fill: var(--s1); } svg .s2 { fill: var(--s2); } svg .s3 { fill: var(--s3); } svg .s4 { fill: var(--s4); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .86rem; }
th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td:first-child, th:first-child { min-width: 10.5rem; padding-left: 0; }
""".strip()  # noqa: E501 - a rule of style a line

_WIDTH, _BAR, _NAMES, _NUMBERS = 760, 26, 370, 110
_LETTER = 8  # of a name, in pixels, at most on average
_COLOURS = 5


def document(title: str, body: str) -> str:
    """The whole page."""
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(title)}</title>
<style>
{STYLE}
</style>
<h1>{escape(title)}</h1>
{body}
</html>
"""


def section(heading: str, note: str, content: str) -> str:
    """A heading, a sentence on how to read it, and what it is about."""
    return f"<h2>{escape(heading)}</h2>\n<p>{escape(note)}</p>\n{content}"


def bars(rows: Sequence[tuple[str, float, str]], label: str) -> str:
    """A bar a row: name, length, what stands at its end."""
    top = max((value for _, value, _ in rows), default=0) or 1
    space = _WIDTH - _NAMES - _NUMBERS
    drawn = []
    for number, (name, value, text) in enumerate(rows):
        y, width = number * _BAR, space * value / top
        drawn.append(
            f'<text x="{_NAMES - 10}" y="{y + 18}" text-anchor="end">{escape(name)}</text>'
            f'<rect class="ours" x="{_NAMES}" y="{y + 4}" width="{max(1, width):.1f}" height="{_BAR - 8}" rx="3"/>'
            f'<text x="{_NAMES + width + 8:.1f}" y="{y + 18}">{escape(text)}</text>'
        )
    return _svg(drawn, len(rows) * _BAR, label)


def stacks(rows: Sequence[tuple[str, Sequence[float]]], parts: Sequence[str], label: str) -> str:
    """A bar of full width a row, cut into the shares of its parts; at most five parts."""
    space = _WIDTH - _NAMES
    drawn = []
    for number, (name, values) in enumerate(rows):
        y, x, total = number * _BAR, float(_NAMES), sum(values) or 1
        drawn.append(f'<text x="{_NAMES - 10}" y="{y + 18}" text-anchor="end">{escape(name)}</text>')
        for part, value in enumerate(values):
            width = space * value / total
            told = f"{parts[part]}: {100 * value / total:.1f} %"
            drawn.append(
                f'<rect class="s{part % _COLOURS}" x="{x:.1f}" y="{y + 4}" width="{width:.1f}" height="{_BAR - 8}">'
                f"<title>{escape(told)}</title></rect>"
            )
            x += width
    y, x = len(rows) * _BAR + 8, min(float(_NAMES), _WIDTH - sum(34 + _LETTER * len(name) for name in parts))
    for part, name in enumerate(parts):
        drawn.append(f'<rect class="s{part % _COLOURS}" x="{x:.1f}" y="{y}" width="12" height="12"/>')
        drawn.append(f'<text x="{x + 17:.1f}" y="{y + 11}">{escape(name)}</text>')
        x += 34 + _LETTER * len(name)
    return _svg(drawn, y + 20, label)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Words to the left, numbers to the right."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    lines = ["<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows]
    return f'<div class="wide"><table><tr>{head}</tr>\n' + "\n".join(lines) + "</table></div>"


def _cell(cell: object) -> str:
    if isinstance(cell, str):
        return f"<td>{escape(cell)}</td>"
    return f'<td class="number">{cell}</td>'


def _svg(drawn: Sequence[str], height: float, label: str) -> str:
    lines = "\n".join(drawn)
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(label)}">\n{lines}\n</svg>'
