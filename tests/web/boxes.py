"""What may be pressed, by its computed boxes: all of it inside the screen, large enough, and none of it under anything else."""

from collections.abc import Sequence

from playwright.async_api import Page, ViewportSize

SIZES: Sequence[tuple[int, int, int]] = (
    (320, 568, 100), (390, 844, 100), (844, 390, 100), (1280, 800, 100), (390, 844, 200),
)  # fmt: skip
"""Width and height in CSS pixels, and the text's size in percent."""

TIGHT = ((320, 568, 100), (390, 844, 200))
"""Those where a long word first finds no room."""

LEAST_PX = 44
MEASURE = """
({least}) => {
    const found = new Set();
    const page = document.scrollingElement;
    const wide = document.documentElement.clientWidth; // a phone zooms out from what is too wide
    const within = (e) => `${e.closest("[data-testid]")?.dataset.testid} ${(e.textContent || e.tagName).trim().slice(0, 24)}`;
    const name = (e) => e.dataset.testid ?? within(e);
    const off = (e) => e.closest("[inert], .unseen") !== null;
    const seen = (e) => e.checkVisibility({visibilityProperty: true}) && !off(e);
    const isStretched = (e) => getComputedStyle(e, "::after").position === "absolute"; // a link over its whole box
    const isInline = (e) => e.matches("p a, li a, label a");
    const press = [...document.querySelectorAll("button, a[href], summary, select, textarea, input, label:has(input)")]
        .filter((e) => seen(e) && !(e.closest("label") && e.tagName !== "LABEL" && !isInline(e)));
    const owns = (e, at) => at !== null && (e.contains(at) || (at.contains(e) && at.matches("label")));
    // in the middle and near the corners: what hides a third of a button hides a finger's aim
    const aims = ({left, top, width, height}) =>
        [[0.5, 0.5], [0.2, 0.25], [0.8, 0.25], [0.2, 0.75], [0.8, 0.75]].map(([x, y]) => [left + x * width, top + y * height]);
    const uncovered = (e) => aims(e.getBoundingClientRect())
        .filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight)
        .every(([x, y]) => owns(e, document.elementFromPoint(x, y)));
    scrollTo(0, 0);
    if (page.scrollWidth > wide) found.add(`the page is ${page.scrollWidth - wide} px wider than the screen`);
    const floor = ["pause", "room-limits", "stop"].map((id) => document.querySelector(`[data-testid="${id}"]`)).filter(Boolean);
    for (const part of [0, 0.5, 1]) {
        scrollTo(0, part * page.scrollHeight);
        for (const e of floor) {
            const {left, top, right, bottom} = e.getBoundingClientRect();
            if (left < 0 || top < 0 || right > wide || bottom > innerHeight) found.add(`${name(e)} is not on the screen`);
            if (!uncovered(e)) found.add(`${name(e)} is covered`);
        }
    }
    for (const e of press) {
        const inline = isInline(e);
        const {width, height} = e.getBoundingClientRect();
        if (!inline && !isStretched(e) && (width < least - 0.5 || height < least - 0.5))
            found.add(`${name(e)} is ${Math.round(width)} x ${Math.round(height)}`);
        e.scrollIntoView({block: "center"});
        const {left, right, top, bottom} = e.getBoundingClientRect();
        if (left < -0.5 || right > wide + 0.5) found.add(`${name(e)} leaves the screen`);
        if (bottom <= 0 || top >= innerHeight) found.add(`${name(e)} cannot be reached`);
        else if (!inline && bottom - top < innerHeight / 2 && !uncovered(e)) found.add(`${name(e)} lies under something`);
    }
    for (const e of document.querySelectorAll("p, h1, h2, button, summary, li, dt, dd, legend, label, .kind, .heat")) {
        if (!seen(e) || getComputedStyle(e).display === "inline") continue;
        if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow !== "visible") found.add(`${name(e)} is cut`);
        const {left, right} = e.getBoundingClientRect();
        if (left < -0.5 || right > wide + 0.5) found.add(`${name(e)} leaves the screen`);
    }
    const moves = (e) => ["sticky", "fixed"].includes(getComputedStyle(e).position);
    const still = press.filter((e) => { for (let at = e; at; at = at.parentElement) if (moves(at)) return false; return true; });
    scrollTo(0, 0);
    const boxes = still.map((e) => [e, e.getBoundingClientRect()]);
    boxes.forEach(([one, a], at) => {
        for (const [other, b] of boxes.slice(at + 1)) {
            if (one.contains(other) || other.contains(one)) continue;
            const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (across > 2 && down > 2) found.add(`${name(one)} and ${name(other)} lie over each other`);
        }
    });
    return [...found];
}
"""

AT_REST = """Promise.allSettled(
    document.getAnimations().filter((each) => each.effect.getTiming().iterations !== Infinity).map((each) => each.finished)
)"""


async def resize(page: Page, width: int, height: int, text: int) -> None:
    """Another screen, and text so large; everything has come to rest on it."""
    await page.set_viewport_size(ViewportSize(width=width, height=height))
    await page.evaluate("text => { document.documentElement.style.fontSize = text === 100 ? '' : text + '%'; }", text)
    await page.evaluate(AT_REST)


async def misplaced(page: Page, sizes: Sequence[tuple[int, int, int]] = SIZES) -> list[str]:
    """What lies wrong on these sizes of screen and text, each with where; the page has its first size again afterwards."""
    wrong = []
    before = page.viewport_size
    for width, height, text in sizes:
        await resize(page, width, height, text)
        found = await page.evaluate(MEASURE, {"least": LEAST_PX})
        wrong += [f"{width}x{height} {text} %: {each}" for each in found]
    if before is not None:
        await resize(page, before["width"], before["height"], 100)
    return wrong
