"""What someone has said is as wanted: written once in « Vérifié » of anomalies.xlsx, remembered until the cell changes.

The file that remembers it holds digests and codes, and nothing of a person.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.campaign.corrected_copies import MARKED, is_typed, report_of
from pipeline.errors import InputError
from pipeline.files import output_error, write_whole
from pipeline.french.words import pluriel
from pipeline.load.container import content_of, kind_of
from pipeline.load.grids import read_sheets
from pipeline.load.version import is_marked
from pipeline.model import Fact
from pipeline.summarize.remarks import reperes_of
from pipeline.summarize.summary import Summary
from pipeline.xlsx.own_sheets import Ticks, is_own, ticks_of


def with_verified(summary: Summary) -> Summary:
    """Return a summary that leaves out the warnings that are as wanted, and says how many they are.

    What was written in « Vérifié » of the workbook read, or of an anomalies.xlsx that was saved since, is remembered
    first. Raises OutputError when it cannot be written.
    """
    path = summary.config.verifie
    known = _known(path)
    ticks = _ticks(summary)
    now = (known | ticks.voulues) - ticks.reprises
    if now != known:
        _remember(path, now)
    seen = frozenset(one for one, repere in reperes_of(summary).items() if repere.split()[0] in now)
    if not seen:
        return summary
    said = Fact(
        f"{pluriel(len(seen), 'remarque')} de plus : vous avez dit que c’est voulu. Voir la fin de la liste "
        "d’anomalies.xlsx, colonne « Vérifié »."
    )
    return replace(summary, verifiees=seen, notices=(*summary.notices, said))


def _known(path: Path) -> frozenset[str]:
    try:
        return frozenset(map(str, json.loads(path.read_bytes())["voulues"]))
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return frozenset()  # none yet, or damaged: what was said is asked again


def _remember(path: Path, now: frozenset[str]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, (json.dumps({"voulues": sorted(now)}, indent=1) + "\n").encode())
    except OSError as error:
        raise output_error(path, error) from error


def _ticks(summary: Summary) -> Ticks:
    ticks = Ticks()
    for path in _copies(summary):
        try:
            content = content_of(path)
            sheets = read_sheets(path, content, kind_of(path, content))
        except InputError:
            continue  # it was read by the run, or is read by none
        for sheet in sheets:
            ticks |= ticks_of(sheet.grid) if is_own(sheet.grid) else Ticks()
    return ticks


def _copies(summary: Summary) -> Iterator[Path]:
    """Give the copies in which someone may have written since: the workbook read, and what was saved in the results."""
    if is_marked(summary.workbook):
        yield summary.workbook
    for folder in (summary.config.entiere.dossier_annee, summary.config.entiere.dossier_verification):
        path, report = folder / MARKED, report_of(folder)
        if path.is_file() and report and is_typed(path, report):
            yield path
