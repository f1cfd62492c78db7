"""Write the four reports of a run."""

from __future__ import annotations

from pathlib import Path

from pipeline.files import output_error
from pipeline.summarize.anomalies import anomalies_xlsx
from pipeline.summarize.machine import rapport_json
from pipeline.summarize.page import rapport_html
from pipeline.summarize.summary import Summary
from pipeline.summarize.workbook import recapitulatif

__all__ = ["Summary", "summarize"]


def summarize(summary: Summary, folder: Path) -> tuple[str, ...]:
    """Write the four reports in `folder`, to be published from there, and return their names.

    The same summary gives the same bytes. Raises OutputError.
    """
    marked = anomalies_xlsx(summary)  # first: what takes most memory takes it while there is least of the rest
    workbooks = {"recapitulatif.xlsx": recapitulatif(summary), "anomalies.xlsx": marked}
    files = {"rapport.html": rapport_html(summary), "rapport.json": rapport_json(summary, workbooks), **workbooks}
    for name, data in files.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        except OSError as error:
            raise output_error(summary.config.dossier_annee / name, error) from error
    return tuple(files)
