"""axe on what a phone shows, in every look that people set: themes, forced colours, a small screen, large text, on its side."""

from typing import Literal, NamedTuple

from playwright.async_api import Page

from tests.web.boxes import resize


class Look(NamedTuple):
    """How somebody has set their browser; width and height in CSS pixels, text in percent."""

    theme: Literal["light", "dark"] = "light"
    forced: Literal["active", "none"] = "none"
    width: int = 390
    height: int = 844
    text: int = 100


LOOKS = {
    "light": Look(),
    "dark": Look(theme="dark"),
    "forced colours": Look(forced="active"),
    "320 px": Look(width=320, height=568),
    "200 % text": Look(text=200),
    "landscape": Look(width=844, height=390),
}
RUN = """async ({contrast}) => {
    const rules = {"color-contrast": {enabled: contrast}};
    const {violations} = await axe.run(document, {resultTypes: ["violations"], rules});
    return violations.flatMap(({id, nodes}) => nodes.map((each) => {
        const [why] = [...each.any, ...each.all, ...each.none];
        return `${id}: ${each.target.join(" ")} ${why?.message ?? ""}`;
    }));
}"""


async def set_look(page: Page, look: Look) -> None:
    await page.emulate_media(color_scheme=look.theme, forced_colors=look.forced)
    await resize(page, look.width, look.height, look.text)


async def violations(page: Page, axe: str) -> list[str]:
    """What axe (its source) finds in any look, each with where; the page is as it was afterwards."""
    wrong = []
    if not await page.evaluate("'axe' in globalThis"):
        await page.evaluate(axe)
    for name, look in LOOKS.items():
        await set_look(page, look)
        # forced colours are the system's; axe reads -webkit-text-fill-color, whose computed value stays the page's
        asked = {"contrast": look.forced == "none"}
        wrong += [f"{name}: {each}" for each in await page.evaluate(RUN, asked)]
    await set_look(page, LOOKS["light"])
    return wrong
