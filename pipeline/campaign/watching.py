"""`mlds surveiller`: make the letters of each workbook that settles in the input folder, one run at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.errors import BusyError, PipelineError
from pipeline.files import short
from pipeline.french.words import heure, listed
from pipeline.load.inbox import Inbox, signs_of
from pipeline.progress import Clock

LOOK = 0.5
"""Seconds between two looks. Nothing announces what changes in a network folder, so the folder is looked at."""
_DOCUMENTS = (".docx", ".doc", ".odt", ".pdf", ".zip", ".numbers", ".txt")
_AGAIN = "La surveillance continue : ce classeur sera repris dès qu’il changera, par exemple à la fin de sa copie."
_LATER = "La surveillance continue : ce classeur sera produit dès que le dossier sera libre."


def watch(inbox: Inbox, produce: Callable[[Path], None], clock: Clock, say: Callable[[str], None]) -> None:
    """Call `produce` for each workbook that settles, until Ctrl-C; `say` what stops a run, which ends nothing else.

    Ctrl-C during a run is the caller's to hear, as that of any run.
    """
    where = f"« {short(inbox.folder)} »"
    say(f"Surveillance de {where} : un classeur enregistré là est produit, rien n’est envoyé. Ctrl-C arrête.")
    held: Path | None = None
    for *others, workbook in _settled(inbox, clock, say):
        if workbook != held:
            _announce(workbook, others, clock, say)
        try:
            produce(workbook)
            held = None
            say(f"Surveillance de {where} : en attente. Ctrl-C arrête.")
        except BusyError as error:
            if workbook != held:
                say(f"✘ {error}\n{_LATER}")
            held = workbook
            inbox.again(workbook, clock.monotonic())
        except PipelineError as error:
            held = None
            say(f"✘ {error}\n{_AGAIN}")
    say("Surveillance arrêtée.")


def _announce(workbook: Path, others: list[Path], clock: Clock, say: Callable[[str], None]) -> None:
    say(f"\n{heure(clock.now())} : « {workbook.name} » vient d’être enregistré.")
    if others:
        say(f"{listed([f'« {one.name} »' for one in others])} : laissé de côté, car moins récent.")


def inbox_of(folder: Path, awaiting: Path | None) -> Inbox:
    """Return a folder as it is now: what lies there counts as seen, but for the workbook that awaits its letters.

    Raises InputError when the folder does not exist.
    """
    return Inbox(folder, {path: sign for path, sign in signs_of(folder).items() if path != awaiting})


def _settled(inbox: Inbox, clock: Clock, say: Callable[[str], None]) -> Iterator[list[Path]]:
    """Give what has settled, look after look, until Ctrl-C; a document that is no workbook is reported once."""
    told = _documents(inbox.folder)
    try:
        while True:
            for name in sorted(_documents(inbox.folder) - told):
                told.add(name)
                say(f"« {name} » n’est pas un classeur : il n’est pas lu. Enregistrez le vôtre en .xlsx.")
            if settled := inbox.look(clock.monotonic()):
                yield settled
            clock.sleep(LOOK)
    except KeyboardInterrupt:
        return


def _documents(folder: Path) -> set[str]:
    """Return the names of the documents that someone may take for a workbook; none while the folder is away."""
    try:
        names = {path.name for path in folder.iterdir() if path.suffix.lower() in _DOCUMENTS}
    except OSError:
        return set()
    return {name for name in names if not name.startswith(("~", "."))}
