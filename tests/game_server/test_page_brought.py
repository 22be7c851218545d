"""A bond that was brought here from another app asks somebody, and they answer on their phone, in a real browser.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

import pytest
from playwright.async_api import expect

from game_server.bonds_import import importing
from tests.support import kink_it
from tests.support.kink_it import id_of, profile, row
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

TABLES = {
    "profiles": [profile(name, f"{name}@example.org", bond_id=id_of("us")) for name in ("mara", "jonas")],
    "bonds": [row("us", name="The house on the hill", status="active", created_by="mara")],
    "messages": [
        row("hello", content="Hello", from_user_id="jonas", to_user_id="mara", bond_id="us"),
    ],
}


async def is_asked(phone: Handset) -> None:
    """The start page says that a bond asks something, and leads to it."""
    await phone.open("/")
    await expect(phone.at("to-bonds")).to_contain_text("waits for you", timeout=PATIENCE_MS)
    await phone.tap("to-bonds")
    await expect(phone.at("brought-bond")).to_contain_text("The house on the hill", timeout=PATIENCE_MS)


async def test_somebody_says_no_to_a_bond_from_another_app_and_takes_it_back_within_the_hour(
    mara, jonas, services, sql, tmp_path
):
    for phone in (mara, jonas):
        await phone.register(f"{phone.name.lower()}@example.org")
        await phone.sees("to-bonds")
    await sql.execute("UPDATE users SET email_confirmed_at = now()")
    dump = tmp_path / "backup.sql"
    dump.write_text(kink_it.copied(TABLES), "utf-8")
    with importing.staged(dump, None, lambda *_: None) as kept:
        report = await importing.bring_in(services, kept, dry=False, progress=lambda *_: None)
    assert report.bonds == 1

    await is_asked(jonas)
    await expect(jonas.at("in-my-name")).to_contain_text("1 message")
    await jonas.tap("refuse-brought")
    await expect(jonas.at("refused-brought")).to_contain_text("nobody is told")
    await expect(jonas.at("brought-bond").locator("h2")).to_be_focused()
    await jonas.open("/you")
    await expect(jonas.at("to-bonds")).to_contain_text("What lasts", timeout=PATIENCE_MS)

    await jonas.tap("to-bonds")
    await jonas.tap("accept-brought")
    await expect(jonas.at("asked-brought")).to_contain_text("You said yes")
    await mara.open("/bonds")
    await mara.tap("bond")
    await mara.tap("waiting-people")
    await expect(mara.at("join-request")).to_contain_text("Jonas")

    await jonas.tap("refuse-brought")
    await jonas.sees("refused-brought")
    await mara.open("/bonds")
    await mara.tap("bond")
    await mara.sees("nothing-waits")
    await sql.execute("UPDATE imported_memberships SET answered_at = answered_at - interval '61 minutes'")
    await jonas.open("/bonds")
    await jonas.sees("no-bonds")
    await expect(jonas.at("brought-bond")).to_have_count(0)
