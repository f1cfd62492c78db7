"""A real browser for the tests: Debian's Chromium, without a window, driven by Playwright; nothing leaves the machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Route

Scheme = Literal["light", "dark"]
WIDE, NARROW = 1280, 400
"""The widths, in pixels, that the page is made for."""

_PATIENCE = 5000
"""Milliseconds: nothing here waits for more than a window that opens."""
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def why_not() -> str:
    """Say what is missing for a browser to be driven here; "" when nothing is."""
    missing = [name for name in ("playwright", "axe_playwright_python") if find_spec(name) is None]
    if _chromium() is None:
        missing.append("chromium")
    return f"no browser here ({', '.join(missing)} missing): sh .ci/navigateur installs it" if missing else ""


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def running() -> Iterator[Browser]:
    """Start the browser, with a profile of its own that is gone at the end."""
    from playwright.sync_api import sync_playwright

    # Its sandbox refuses to run as root, as a container does.
    as_root = ("--no-sandbox",) if os.name == "posix" and os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=[*_QUIET, *as_root])
        yield browser
        browser.close()


@dataclass
class Seen:
    """What a page did while it was looked at: what its console said, the windows it opened, what it asked for outside.

    `wanted` are all the addresses beyond this machine's files, `left` those that nothing but the test held back.
    """

    said: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Return whether it did nothing that anyone could notice."""
        return not (self.said or self.dialogs or self.wanted or self.left)


def _is_outside(url: str) -> bool:
    # The browser's own PDF reader asks itself for its pieces.
    return not url.startswith(("file:", "data:", "chrome-extension:"))


@contextmanager
def opened(
    browser: Browser, file: Path, width: int = WIDE, scheme: Scheme = "light", script: bool = True
) -> Iterator[tuple[Page, Seen]]:
    """Open a file as a person does who double-clicks it, in a window of its own; requests outside are refused."""
    seen = Seen()
    options: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    context = browser.new_context(**options, java_script_enabled=script, offline=True)

    def on_request(request: Request) -> None:
        if _is_outside(request.url):
            seen.wanted.append(request.url)

    def on_console(message: ConsoleMessage) -> None:
        seen.said.append(f"{message.type}: {message.text}")

    def refuse(route: Route) -> None:
        seen.left.append(route.request.url)
        route.abort()

    def on_dialog(dialog: Dialog) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    try:
        context.set_default_timeout(_PATIENCE)
        context.route(_is_outside, refuse)
        page = context.new_page()
        page.on("request", on_request)
        page.on("console", on_console)
        page.on("pageerror", lambda error: seen.said.append(f"error: {error}"))
        page.on("dialog", on_dialog)
        page.goto(file.as_uri())
        yield page, seen
    finally:
        context.close()
