"""The libraries that are installed here: what a crash file, or a diagnosis, says of them."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = ("pandas", "lxml", "XlsxWriter", "python-calamine", "docxtpl", "pydantic", "pikepdf", "pypdfium2", "click")


def versions() -> list[str]:
    """Return the libraries that decide most of what the program does, each with its version."""
    found = []
    for library in _LIBRARIES:
        with suppress(PackageNotFoundError):
            found.append(f"{library} {version(library)}")
    return found
