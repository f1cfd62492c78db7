"""What a sending does to the folder of a campaign: drafts published there, each noted as a message that may leave."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.campaign.shared import DRAFTS, Place, kept_notices, replacing_drafts, without_drafts
from pipeline.files import published
from pipeline.journal.by_hand import note_drafts
from pipeline.journal.opening import opened
from pipeline.journal.published import files_of, publication, record_files
from pipeline.journal.sendings import read_envois
from pipeline.names import dsden_of
from pipeline.send.delivery import write_drafts
from pipeline.send.message import Message
from pipeline.send.stage import Pli
from pipeline.settings.config import Config


def publish_drafts(
    messages: Sequence[Message], plis: Sequence[Pli], config: Config, work: Path, when: datetime
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Write the drafts to `brouillons/`, in the place of former ones; return their names, and what there is to say.

    The journal knows each as a message that may leave, but for those of the invented people. Raises OutputError.
    """
    ready, folder = work / DRAFTS, config.dossier_annee
    ready.mkdir()
    drafts = write_drafts(messages, ready)
    place = Place(folder, files_of(config.journal), work / "avant", when.date())
    waiting = {one.dsden for one in read_envois(config.journal) if one.brouillon} - {pli.bundle.dsden for pli in plis}
    codes = {dsden_of(path.name) for path in (folder / DRAFTS).glob("*.eml")} - waiting
    room = replacing_drafts(place, ready, codes)
    files = publication(room.moves, folder, work)
    with published(room.moves, work / "remplace"), opened(config.journal) as journal, journal:
        record_files(journal, files, when)
        note_drafts(journal, [pli.by_hand for pli in plis if pli.dus and not pli.bundle.exemple], when)
    return tuple(folder / DRAFTS / path.name for path in drafts), tuple(kept_notices(room, folder))


def keep_answered_drafts(dsden: Collection[str], config: Config, work: Path, when: datetime) -> tuple[str, ...]:
    """Move the drafts of DSDEN of which none waits for an answer to `brouillons/anciens/`; return what there is to say.

    What stays in `brouillons/` is still to be sent. Raises OutputError.
    """
    folder = config.dossier_annee
    answered = {*dsden} - {one.dsden for one in read_envois(config.journal) if one.brouillon}
    known = without_drafts(files_of(config.journal), answered)
    room = replacing_drafts(Place(folder, known, work / "avant", when.date()), work / DRAFTS, answered)
    files = publication(room.moves, folder, work)
    with published(room.moves, work / "remplace"), opened(config.journal) as journal, journal:
        record_files(journal, files, when)
    return tuple(kept_notices(room, folder, "votre réponse est notée"))
