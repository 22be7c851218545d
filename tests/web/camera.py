"""A camera on every screen of an evening: pictures on every size in both themes, and what lies wrong on them by its boxes."""

import shutil
from pathlib import Path
from typing import Literal

from tests.web.boxes import LEAST_PX, MEASURE, SIZES, resize
from tests.web.handset import Handset

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
STILL = (390, 844, 100)
"""The size in which the game is played."""


class Camera:
    """Keeps its pictures in a folder, which it empties at first: `07-card-mara-320x568-dark.png`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wrong: list[str] = []
        self._taken = 0
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    async def takes(self, screen: str, *phones: Handset) -> None:
        """This screen as these phones show it."""
        self._taken += 1
        for phone in phones:
            await phone.page.evaluate("document.fonts.ready")
            for size in SIZES:
                await self._on(f"{self._taken:02}-{screen}-{phone.name.lower()}", phone, size)
            await resize(phone.page, *STILL)
            await phone.page.emulate_media(color_scheme="light")

    async def _on(self, title: str, phone: Handset, size: tuple[int, int, int]) -> None:
        width, height, text = size
        where = f"{width}x{height}" + ("" if text == 100 else f"-text{text}")
        await resize(phone.page, width, height, text)
        for theme in THEMES:
            await phone.page.emulate_media(color_scheme=theme)
            found = await phone.page.evaluate(MEASURE, {"least": LEAST_PX})
            self.wrong += [f"{title} {where} {theme}: {each}" for each in found]
            await phone.page.screenshot(path=self.folder / f"{title}-{where}-{theme}.png")
