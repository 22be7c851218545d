"""The peers' result as one page: charts, the table, the machine."""

from html import escape

from tests.bench.charts import document
from tests.bench.peers_result import COLUMNS, PROMISES, Result, Row, cells, facts, title

_WIDTH, _BAR, _NAMES, _NUMBERS = 760, 30, 290, 80
_CHARTS = (
    ("per_second", "Commands a second at saturation", "more is better"),
    ("ack_p50", "Acknowledged within, half of all (ms)", "less is better"),
    ("ack_p99", "Acknowledged within, 99 of 100 (ms)", "less is better"),
    ("server_us", "CPU of the server a command (µs)", "less is better"),
)


def page(result: Result) -> str:
    """The whole document."""
    busy = (
        '<p class="busy">Others used this machine meanwhile: compare within this run only.</p>' if result.busy else ""
    )
    charts = "\n".join(_chart(result.rows, *one) for one in _CHARTS)
    lines = "\n".join(f"<li>{escape(line)}</li>" for line in facts(result))
    return document(
        "Attuned beside its peers",
        f"""<p>{escape(title(result))}. {result.seconds:g} s a measurement, everybody in turn each round.
{escape(result.machine["at"])}</p>
{busy}
<p>Bars are medians, the thin lines reach from the lowest to the highest round. An acknowledgement of ours is on disk.</p>
{charts}
<h2>All numbers</h2>
<div class="wide">{_table(result)}</div>
<h2>What it ran on</h2>
<ul>
{lines}
</ul>""",
    )


def _chart(rows: list[Row], name: str, heading: str, better: str) -> str:
    shown = [row for row in rows if row.rounds]
    top = max((getattr(one, name) for row in shown for one in row.rounds), default=0) or 1
    form = next(form for field, _, form in COLUMNS if field == name)
    bars = "\n".join(_bar(row, name, form, number * _BAR, top) for number, row in enumerate(shown))
    label = escape(f"{heading}, {better}")
    return (
        f'<h2>{escape(heading)}</h2>\n<p>{better}</p>\n<svg viewBox="0 0 {_WIDTH} {_BAR * len(shown)}" role="img" '
        f'aria-label="{label}">\n{bars}\n</svg>'
    )


def _bar(row: Row, name: str, form: str, y: int, top: float) -> str:
    space = _WIDTH - _NAMES - _NUMBERS
    value, values = row.median(name), [getattr(one, name) for one in row.rounds]
    low, high = (_NAMES + space * edge / top for edge in (min(values), max(values)))
    kind = "ours" if row.contestant.kind == "ours" else "other"
    middle = y + _BAR / 2
    return (
        f'<text x="{_NAMES - 10}" y="{middle + 5}" text-anchor="end">{escape(row.contestant.name)}</text>'
        f'<rect class="{kind}" x="{_NAMES}" y="{y + 5}" width="{max(1, space * value / top):.1f}" height="{_BAR - 10}" rx="3"/>'
        f'<line class="range" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>'
        f'<text x="{max(high, _NAMES + space * value / top) + 8:.1f}" y="{middle + 5}">{form.format(value)}</text>'
    )


def _table(result: Result) -> str:
    words, numbers = (
        (f"<th>{escape(name)}</th>" for name in PROMISES),
        (f'<th class="number">{escape(heading)}</th>' for _, heading, _ in COLUMNS),
    )
    lines = []
    for row in result.rows:
        shown = cells(row)
        said = "".join(f"<td>{escape(cell)}</td>" for cell in shown[: len(PROMISES)])
        counted = "".join(f'<td class="number">{escape(cell)}</td>' for cell in shown[len(PROMISES) :])
        if not row.rounds:
            counted = f'<td colspan="{len(COLUMNS)}">{escape(row.missing)}</td>'
        lines.append(f"<tr><th>{escape(row.contestant.name)}</th>{said}{counted}</tr>")
    return f"<table><tr><th></th>{''.join(words)}{''.join(numbers)}</tr>\n" + "\n".join(lines) + "</table>"
