"""8. summarize  everything -> reports      recapitulatif.xlsx, anomalies.xlsx, rapport.html, rapport.json"""

from __future__ import annotations

from pathlib import Path

from pipeline.atomic import sweep, write_all
from pipeline.reports.anomalies import anomalies_xlsx
from pipeline.reports.machine import rapport_json
from pipeline.reports.page import rapport_html
from pipeline.reports.recapitulatif import recapitulatif
from pipeline.reports.summary import Summary

__all__ = ["Summary", "summarize"]


def summarize(summary: Summary) -> tuple[Path, ...]:
    """Write the four reports in `<sortie>/<annee>/`, all of them or none, and return their paths.

    The same summary gives the same bytes. Raises OutputError.
    """
    folder = summary.config.dossier_annee
    sweep(folder)
    files = (
        (folder / "rapport.html", rapport_html(summary)),
        (folder / "rapport.json", rapport_json(summary)),
        (folder / "recapitulatif.xlsx", recapitulatif(summary)),
        (folder / "anomalies.xlsx", anomalies_xlsx(summary)),
    )
    write_all(files)
    return tuple(path for path, _ in files)
