"""What a run says of itself: facts are one list that asks for nothing, and what needs an act stays a warning."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.cli.produire import show_production
from pipeline.cli.screen import Terminal
from pipeline.model import Fact
from pipeline.render.visas import cited_texts
from pipeline.settings.config import Config
from pipeline.summarize.page import rapport_html
from pipeline.summarize.summary import Summary
from support.invented_runs import summary_of
from support.rows import GOOD

FACTS = [
    "Feuille lue – Référents : 1 ligne.", "Feuille sans tableau reconnu, non lue : « Consignes ».",
    "Feuille « A » : un filtre est actif ; toutes les lignes ont été lues.", "Premier passage de l’année 2026-2027",
    "Visa 1 : Vu la circulaire", "Visa 2 : Vu la circulaire", "Référentiel : BO n° 29",
]  # fmt: skip
WARNINGS = ["Attention : feuille « A », 2025-2026.", "Une police manque."]


@pytest.fixture
def first_run(config: Config, tmp_path: Path) -> Summary:
    """The summary of a first run of a year, with facts and warnings of the table and of the run."""
    run = summary_of([GOOD], config, tmp_path)
    table = replace(run.table, unread=("Consignes",), notices=(WARNINGS[0], Fact(FACTS[2])))
    return replace(run, table=table, notices=(*cited_texts(config.campagne), WARNINGS[1]))


def test_the_page_lists_facts_together_and_warns_of_the_rest(first_run: Summary) -> None:
    """Who reads six warnings that ask for nothing no longer reads the seventh."""
    page = rapport_html(first_run).decode().replace("\u00a0", " ")
    assert re.findall(r'<p class="avis">(.*?)</p>', page) == WARNINGS
    (facts,) = re.findall(r'<section class="faits".*?</section>', page, re.DOTALL)
    items = re.findall(r"<li>(.*?)</li>", facts)
    assert [item[: len(start)] for item, start in zip(items, FACTS, strict=True)] == FACTS
    assert page.index('class="avis"') < page.index('class="faits"') < page.index("<nav")


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_lists_facts_together_in_another_colour(first_run: Summary, width: int) -> None:
    console = Console(file=io.StringIO(), record=True, width=width, force_terminal=True, color_system="standard")
    show_production(first_run, False, Terminal(console))
    coloured = console.export_text(styles=True, clear=False).replace("\u00a0", " ")
    lines = console.export_text().replace("\u00a0", " ").splitlines()
    assert max(map(len, lines)) <= width
    listed = lines.index("Pour information :")
    items = [line for line in lines[listed + 1 :] if line.startswith("  • ")]
    assert [item[4:][: len(start)] for item, start in zip(items, FACTS, strict=True)] == [
        start[: width - 4] for start in FACTS
    ]
    assert lines.index(items[-1]) < lines.index(WARNINGS[0])
    assert f"\x1b[36m{items[0]}" in coloured
    assert f"\x1b[33m{WARNINGS[1]}" in coloured
