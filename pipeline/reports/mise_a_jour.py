"""rapport.html after a sending: what it says of the bundles is written again, the rest stays byte for byte."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipeline.files import output_error, published
from pipeline.journal.opening import opened
from pipeline.journal.published import known_files, measured, publication, record_files
from pipeline.journal.runs import last_lots
from pipeline.journal.sendings import read_envois
from pipeline.settings.config import Config
from pipeline.summarize.sendings import acheminements_of, dsden_told, told_again

_PAGE = "rapport.html"


def tell_sendings(config: Config, work: Path, when: datetime) -> None:
    """Bring the page up to date with the journal; the caller holds the folder, `work` is its working folder.

    A page that is not the one that was published is left as it is: writing it again would vouch for it. Raises
    OutputError.
    """
    path = config.dossier_annee / _PAGE
    try:
        if not config.journal.exists() or not path.is_file() or not _is_ours(path, config.journal):
            return
        page = path.read_bytes().decode()
        codes = dsden_told(page)
        lots = [lot for lot in last_lots(config.journal) if lot.dsden in codes]
        again = told_again(page, acheminements_of(lots, read_envois(config.journal), config.boites), when)
        if again == page:
            return
        (work / _PAGE).write_bytes(again.encode())
    except OSError as error:
        raise output_error(path, error) from error
    moves = [(work / _PAGE, path)]
    files = publication(moves, config.dossier_annee, work)
    with published(moves, work / "page"), opened(config.journal) as journal, journal:
        record_files(journal, files, when)


def _is_ours(path: Path, journal_path: Path) -> bool:
    with opened(journal_path) as journal:
        return known_files(journal).get(_PAGE) == measured(path, _PAGE)
