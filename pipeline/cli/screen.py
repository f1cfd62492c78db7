"""What the terminal shows: a bar while a stage works, one line when it ends, tables. Everything goes to stderr."""

from __future__ import annotations

import os
import sys
import textwrap
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from pipeline.cli.usage import bound, wrapped
from pipeline.french.signs import NBSP

_TABLE_MIN = 110
"""Columns below which a table of long texts cuts its words."""
_INDENT = "    "
_ITEM, _FACT = "  • ", "cyan"
_COUNTED = (BarColumn(), MofNCompleteColumn(), TextColumn("reste"), TimeRemainingColumn(compact=True))


class Terminal:
    """Progress for people: a live bar on a terminal, only the closing line of each stage elsewhere.

    To be used in a `with`: whatever happens, the terminal is given back as it was.
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        self._bar: Bar | None = None
        self._task = TaskID(0)
        self._name = ""
        self._began = 0.0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def start(self, name: str, total: int | None = None) -> None:
        """Open a stage: its name, and a bar with the count and the time left where there is something to count."""
        self._stop()
        self._name, self._began = name, time.monotonic()
        if not self.console.is_terminal:
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}"), *(_COUNTED if total else ()))
        self._bar = Bar(*columns, console=self.console, transient=True)
        self._task = self._bar.add_task(name, total=total)
        self._bar.start()

    def advance(self, count: int = 1) -> None:
        """Move the bar of the stage forward."""
        if self._bar:
            self._bar.advance(self._task, count)

    def done(self, text: str, well: bool = True) -> None:
        """Close the stage with one line: its name, what it gave, how long it took, and whether that went well."""
        self._stop()
        took = f"({time.monotonic() - self._began:.1f}{NBSP}s)".replace(".", ",")
        line = Text(self._fitted(f"{'✔' if well else '✘'} {self._name} : {text}  {took}"))
        line.stylize("green" if well else "red", 0, 1)
        line.stylize("dim", len(line) - len(took))
        self.console.print(line)

    def say(self, message: str, style: str = "") -> None:
        """Print a sentence; text from a workbook is never read as markup."""
        self.console.print(Text(self._fitted(message), style=style))

    def facts(self, facts: Sequence[str]) -> None:
        """Print what asks for nothing as one list, a line each; nothing when there is none."""
        if facts:
            self.say("Pour information :", _FACT)
        for one in facts:
            said = wrapped(one, self.console.width - len(_ITEM)) if self.console.is_terminal else one
            self.console.print(Text(_ITEM + textwrap.indent(said, " " * len(_ITEM)).lstrip(), style=_FACT))

    def typed(self, command: str) -> None:
        """Print a command to be copied: alone on its line, and never cut."""
        self.console.print(Text(command))

    def say_to_type(self, message: str, command: str) -> None:
        """Print a sentence that ends with a command to type; on a terminal, the command has a line of its own."""
        if not self.console.is_terminal:
            self.say(f"{message} {command}")
            return
        self.say(message)
        self.typed(command)

    def table(
        self,
        headers: Sequence[str],
        rows: Sequence[Sequence[str]],
        right: Sequence[int] = (),
        whole: Sequence[int] = (),
        lines: bool = False,
    ) -> None:
        """Print a table; `right` gives the columns of numbers, `whole` those whose texts stay on one line.

        `lines` parts the rows, for those of several lines.
        """
        table = Table(header_style="bold", show_lines=lines)
        for index, header in enumerate(headers):
            table.add_column(
                header, justify="right" if index in right else "left", overflow="fold", no_wrap=index in whole
            )
        for row in rows:
            table.add_row(*(Text(bound(cell)) for cell in row))
        self.console.print(table)

    def records(
        self, heading: str, headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]
    ) -> None:
        """Print a table of long texts; on a narrow terminal a block each row instead, under a heading of its cells.

        `heading` is made from the cells, « DSDEN {0}, {1} »; the cells that it shows are not repeated.
        """
        if self.console.width >= _TABLE_MIN:
            self.table(headers, rows, right, whole=(0,), lines=True)
            return
        width = self.console.width
        for row in rows:
            cells = [", ".join(cell.split("\n")) for cell in row]
            others = [index for index, cell in enumerate(cells) if cell and f"{{{index}}}" not in heading]
            said = f"{NBSP}; ".join(f"{headers[index].replace(' ', NBSP)} : {cells[index]}" for index in others)
            self.console.print(Text(bound(heading.format(*cells)), style="bold"))
            self.console.print(Text(textwrap.indent(wrapped(said, width - len(_INDENT)), _INDENT)))

    def _fitted(self, message: str) -> str:
        return wrapped(message, self.console.width) if self.console.is_terminal else message

    def _stop(self) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = None


def open_report(report: Path) -> None:
    """Open a report as a double click would; say nothing where no screen or no browser is.

    Without a screen Linux would open a browser of the terminal, in the middle of what the command says.
    """
    seen = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if seen and report.is_file():
        webbrowser.open(report.resolve().as_uri())
