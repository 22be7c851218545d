"""Does the room fit? Every screen with every size of text: what must be reached is, and nothing is cut or covered."""

from playwright.async_api import ViewportSize

from tests.web.handset import Handset

SCREENS: list[ViewportSize] = [
    {"width": width, "height": height} for width, height in ((390, 780), (320, 568), (568, 320), (844, 390))
]
TEXT = {"100 %": "", "200 %": "32px"}
"""The root's size: 16 px by the browser, twice that where a person asks for large text."""

UNREACHABLE = """
({tests, least}) => {
    const wrong = [];
    const room = document.querySelector(".room");
    const name = (e) => e.dataset.testid ?? e.closest("[data-testid]")?.dataset.testid ?? e.tagName;
    const seen = (e) => e.checkVisibility({visibilityProperty: true});
    const hit = (e) => {
        const box = e.getBoundingClientRect();
        const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        return at !== null && (e.contains(at) || at.contains(e));
    };
    const inside = (box) =>
        box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
    if (document.scrollingElement.scrollWidth > innerWidth) wrong.push("the page is wider than the screen");
    for (const place of [0, 0.5, 1]) {
        scrollTo(0, place * document.scrollingElement.scrollHeight);
        for (const id of tests) {
            const button = document.querySelector(`[data-testid="${id}"]`);
            if (!button) { wrong.push(`no ${id}`); continue; }
            if (!inside(button.getBoundingClientRect())) wrong.push(`${id} is not on the screen at ${place}`);
            if (!hit(button)) wrong.push(`${id} is covered at ${place}`);
        }
    }
    for (const each of room.querySelectorAll("button, a, summary, label, input:not([type=checkbox])")) {
        if (!seen(each) || each.closest("[inert]")) continue;
        const box = each.getBoundingClientRect();
        if (box.height < least || box.width < least) wrong.push(`${name(each)} is ${box.width} x ${box.height}`);
        each.scrollIntoView({block: "center"});
        if (!hit(each)) wrong.push(`${name(each)} is covered`);
    }
    for (const each of room.querySelectorAll("p, h1, button, summary, li, dt, dd, h2, .seat, .kind, .heat")) {
        if (!seen(each) || each.matches(".unseen") || getComputedStyle(each).display === "inline") continue;
        if (each.scrollWidth > each.clientWidth + 1) wrong.push(`${name(each)} is cut: ${each.textContent}`);
        const box = each.getBoundingClientRect();
        if (box.left < 0 || box.right > innerWidth + 0.5) wrong.push(`${name(each)} leaves the screen`);
    }
    scrollTo(0, 0);
    return wrong;
}
"""

AT_REST = """Promise.allSettled(
    document.getAnimations().filter((each) => each.effect.getTiming().iterations !== Infinity).map((each) => each.finished)
)"""


async def fits(phone: Handset, *, always: tuple[str, ...] = ("pause", "stop")) -> None:
    """Everything can be reached and read on every screen with every size of text; `always` these without scrolling."""
    wrong = {}
    await phone.page.evaluate(AT_REST)
    for screen in SCREENS:
        for size, root in TEXT.items():
            await phone.page.set_viewport_size(screen)
            await phone.page.evaluate("size => { document.documentElement.style.fontSize = size; }", root)
            asked = {"tests": always, "least": 44}
            if found := await phone.page.evaluate(UNREACHABLE, asked):
                wrong[f"{screen['width']} x {screen['height']}, text {size}"] = found
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    await phone.page.set_viewport_size(SCREENS[0])
    await phone.page.evaluate("document.documentElement.style.fontSize = ''")
