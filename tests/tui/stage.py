"""Runs the app without a terminal and reads its screen as text."""

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from doctor.report.lines import UNICODE
from doctor.tui.application import DoctorApp
from doctor.tui.terminal import Terminal
from tests.tui.recording import worker

TERMINAL = Terminal(usable=True, glyphs=UNICODE, shade="dark", own_colors=True, mouse=True, settings={})
PATIENCE = 500
"""Looks, of at least a hundredth of a second each, before a test says that something never came."""


class Stage:
    """The app on a stage: keys in, text out."""

    def __init__(self, app: DoctorApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def write(self, text: str) -> None:
        await self.pilot.press(*text)

    @property
    def text(self) -> str:
        """What is on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def until(self, wanted: Callable[[], bool]) -> None:
        for _ in range(PATIENCE):
            await self.pilot.pause(0.01)
            if wanted():
                return
        raise AssertionError(f"never came; the screen shows:\n{self.text}")

    async def see(self, *texts: str) -> None:
        """Wait until all of these are on the screen."""
        await self.until(lambda: all(text in self.text for text in texts))

    async def miss(self, text: str) -> None:
        """Wait until this is no longer on the screen."""
        await self.until(lambda: text not in self.text)


@contextlib.asynccontextmanager
async def stage(
    folder: Path, *, size: tuple[int, int] = (120, 36), answers: dict[str, Any] | None = None, **options: Any
) -> AsyncIterator[Stage]:
    """The app with a recorded worker; ``options`` are the app's."""
    terminal = options.pop("terminal", TERMINAL)
    target = options.pop("target", {"profile": "prod", "region": "eu-west-1"})
    app = DoctorApp(target, terminal, worker=worker(folder, **(answers or {})), **options)
    async with app.run_test(size=size) as pilot:
        yield Stage(app, pilot)
