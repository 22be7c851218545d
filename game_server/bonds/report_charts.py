"""Bars of a report, as drawings inside of it. What they show stands in a table beside: nothing is told by a drawing alone."""

from collections.abc import Sequence
from html import escape

import msgspec

WIDTH, HEIGHT = 420, 180
LEFT, RIGHT, TOP, BOTTOM = 34, 402, 12, 28
FEW_LABELS = 5


class Bar(msgspec.Struct, frozen=True):
    """What is drawn over one label: numbers on top of each other, in the order of the chart's parts."""

    label: str
    numbers: tuple[int, ...]


def chart(name: str, title: str, parts: Sequence[tuple[str, str]], bars: Sequence[Bar]) -> str:
    """A drawing with its legend. `parts`: the class and the word of each number. `name` is what its title is called inside of the
    page.
    """
    most = max((sum(bar.numbers) for bar in bars), default=0)
    top = _round(most)
    drawn = "".join(_bar(bar, place, len(bars), top, parts) for place, bar in enumerate(bars))
    legend = "".join(f'<span><i class="{kind}"></i>{escape(word)}</span>' for kind, word in parts)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{name}"><title id="{name}">{escape(title)}</title>'
        f"{_lines(top)}{drawn}</svg><p class=legend>{legend}</p>"
    )


def _round(most: int) -> int:
    """The number at the top: round, and not below the highest bar."""
    step = 1
    while step * 10 < most:
        step *= 10
    return next(step * n for n in (1, 2, 3, 4, 5, 6, 8, 10) if step * n >= most)


def _lines(top: int) -> str:
    low = HEIGHT - BOTTOM
    middle = f'<line class=hair x1="{LEFT}" x2="{RIGHT}" y1="{TOP}" y2="{TOP}"/>'
    return (
        f'{middle}<line class=ground x1="{LEFT}" x2="{RIGHT}" y1="{low}" y2="{low}"/>'
        f'<text x="{LEFT - 8}" y="{TOP + 4}" text-anchor="end">{top}</text>'
        f'<text x="{LEFT - 8}" y="{low + 4}" text-anchor="end">0</text>'
    )


def _bar(bar: Bar, place: int, many: int, top: int, parts: Sequence[tuple[str, str]]) -> str:
    room = (RIGHT - LEFT) / many
    wide = min(room * 0.7, 44)
    middle = LEFT + room * (place + 0.5)
    low, tall = float(HEIGHT - BOTTOM), HEIGHT - BOTTOM - TOP
    drawn = ""
    for (kind, _), number in zip(parts, bar.numbers, strict=True):
        high = number / top * tall
        if number:
            low -= high
            drawn += f'<rect class="{kind}" x="{middle - wide / 2:.1f}" y="{low:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'
    every = -(-many // FEW_LABELS)
    if place % every == 0:
        drawn += f'<text x="{middle:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(bar.label)}</text>'
    return drawn
