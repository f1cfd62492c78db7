"""The letters on disk: those of the bundles and no others, replaced as a whole, at no cost to the store."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.campaign.folder import workspace
from pipeline.campaign.shared import Place, lay_out, replacing
from pipeline.errors import OutputError
from pipeline.files import published
from pipeline.journal.published import Publication, Publie, publication
from pipeline.model import Document, Etablissement, Imp, Letter, Lot, Personne, RowRef
from pipeline.printing.store import Store
from support.program import ROOT

QUI = Personne("Mme", "Anne", "Exemple")
NAMES = ("0779999A_Exemple_Anne.pdf", "0779998Z_Modele_Paul.pdf", "0779998Z_Modele_Paul_2.pdf")


class Folder:
    """A results folder: its store, and runs that publish letters there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self.runs = folder, Store(folder / ".reserve"), 0
        self.known: dict[str, Publie] = {}

    def lot(self, names: Sequence[str], dsden: str = "77", edition: int = 1) -> Lot:
        """Return a bundle whose PDFs are in the store, their bytes told by their name and the edition."""
        documents = []
        for line, name in enumerate(names, 1):
            data = f"%PDF {dsden} {name} {edition}".encode()
            source = self.folder / "fait.pdf"
            source.write_bytes(data)
            entry = self.store.put(data.hex(), source, 1, ())
            school = Etablissement(f"{dsden.zfill(3)}9999A", "Collège des Tilleuls")
            letter = Letter(RowRef("Feuille", line), school, QUI, QUI, Imp("", Fraction(1), Decimal(1250)))
            documents.append(Document(letter, entry.pdf, 1, entry.sha256))
        members = tuple(f"lettres/{name}" for name in names)
        return Lot(dsden, Path(f"DSDEN-{dsden}.zip"), tuple(documents), 0, "", members)

    def publish(self, *lots: Lot, gone: Sequence[str] = ()) -> None:
        """Publish as a run does."""
        self.runs += 1
        work = self.folder / f"passage-{self.runs}"
        work.mkdir()
        lay_out(lots, work / "lettres")
        place = Place(self.folder, self.known, work / "sans-lettre", date(2026, 9, 3), self.store.inodes())
        moves = replacing(place, work / "lettres", gone).moves
        self._record(publication(moves, self.folder, work))
        with published(moves, work / "remplace"):
            pass

    def _record(self, files: Publication) -> None:
        """Remember what is published, as the journal does."""
        for gone in files.remplaces:
            self.known = {k: v for k, v in self.known.items() if k != gone and not k.startswith(f"{gone}/")}
        self.known |= {one.nom: one for one in files.fichiers}

    @property
    def letters(self) -> dict[str, str]:
        """Return what is in `lettres/`, by path."""
        root = self.folder / "lettres"
        return {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture
def results(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_each_letter_has_the_name_of_its_bundle_and_the_bytes_of_the_store(results: Folder) -> None:
    lot = results.lot(NAMES)
    results.publish(lot)
    assert set(results.letters) == {f"DSDEN-77/{name}" for name in NAMES}
    for document, name in zip(lot.documents, NAMES, strict=True):
        path = results.folder / "lettres/DSDEN-77" / name
        assert path.samefile(document.pdf)
        assert path.read_bytes() == document.pdf.read_bytes()


def test_a_letter_that_is_gone_has_no_file_any_more(results: Folder) -> None:
    results.publish(results.lot(NAMES), results.lot(NAMES[:1], "93"))
    results.publish(results.lot(NAMES[1:], edition=2), results.lot(NAMES[:1], "93"))
    assert set(results.letters) == {*(f"DSDEN-77/{name}" for name in NAMES[1:]), f"DSDEN-93/{NAMES[0]}"}
    assert all(text.endswith(" 2") for name, text in results.letters.items() if "DSDEN-77" in name)


def test_a_run_on_one_dsden_leaves_the_letters_of_the_others(results: Folder) -> None:
    results.publish(results.lot(NAMES), results.lot(NAMES[:1], "93"))
    before = results.letters[f"DSDEN-93/{NAMES[0]}"]
    results.publish(results.lot(NAMES[:1]))
    assert results.letters == {
        f"DSDEN-77/{NAMES[0]}": f"%PDF 77 {NAMES[0]} 1",
        f"DSDEN-93/{NAMES[0]}": before,
    }


def test_the_folder_of_a_dsden_without_letters_goes(results: Folder) -> None:
    results.publish(results.lot(NAMES), results.lot(NAMES[:1], "93"))
    results.publish(results.lot(NAMES), gone=["93", "94"])
    assert [path.name for path in (results.folder / "lettres").iterdir()] == ["DSDEN-77"]


@pytest.mark.parametrize("gone", [(), ("77",)])
def test_what_someone_put_among_the_letters_stays(results: Folder, gone: tuple[str, ...]) -> None:
    results.publish(results.lot(NAMES))
    own = results.folder / "lettres/DSDEN-77"
    (own / "signées").mkdir()
    (own / "signées" / NAMES[0]).write_text("signée")
    (own / f"{NAMES[0][:-4]} (1).pdf").write_text("copie")
    (own / "notes.txt").write_text("à rappeler")
    results.publish(*([] if gone else [results.lot(NAMES[:1])]), gone=gone)
    theirs = {
        f"DSDEN-77/signées/{NAMES[0]}": "signée",
        f"DSDEN-77/{NAMES[0][:-4]} (1).pdf": "copie",
        "DSDEN-77/notes.txt": "à rappeler",
    }
    assert results.letters == ({} if gone else {f"DSDEN-77/{NAMES[0]}": f"%PDF 77 {NAMES[0]} 1"}) | theirs


def test_a_letter_that_someone_changed_never_passes_for_the_one_that_was_made(results: Folder) -> None:
    lot = results.lot(NAMES[:1])
    results.publish(lot)
    (results.folder / "lettres/DSDEN-77" / NAMES[0]).write_text("annotée")
    assert results.store.get(lot.documents[0].pdf.stem) is None
    assert results.store.damaged == {lot.documents[0].pdf.stem}
    results.publish(results.lot(NAMES[:1]))
    assert results.letters == {
        f"DSDEN-77/{NAMES[0]}": f"%PDF 77 {NAMES[0]} 1",
        f"anciens/2026-09-03/DSDEN-77/{NAMES[0]}": "annotée",
    }


def test_a_letter_that_was_saved_with_a_name_like_ours_stays(results: Folder) -> None:
    results.publish(results.lot(NAMES))
    own = results.folder / "lettres/DSDEN-77"
    signed = f"{NAMES[0][:-4]}_signee.pdf"
    (own / signed).write_text("signée")
    (own / "0779997Y_Autre_Anne.pdf").write_text("d’un collègue")
    results.publish(results.lot(NAMES[:1], edition=2))
    theirs = {f"DSDEN-77/{signed}": "signée", "DSDEN-77/0779997Y_Autre_Anne.pdf": "d’un collègue"}
    assert results.letters == {f"DSDEN-77/{NAMES[0]}": f"%PDF 77 {NAMES[0]} 2"} | theirs
    results.publish(gone=["77"])
    assert results.letters == theirs


def test_what_has_the_name_of_a_new_letter_is_kept_aside_each_time(results: Folder) -> None:
    own = results.folder / "lettres/DSDEN-77"
    own.mkdir(parents=True)
    (own / NAMES[0]).write_text("mise là avant")
    results.publish(results.lot(NAMES[:1]))
    (own / NAMES[0]).unlink()
    (own / NAMES[0]).write_text("signée")
    results.publish(results.lot(NAMES[:1], edition=2))
    assert results.letters == {
        f"DSDEN-77/{NAMES[0]}": f"%PDF 77 {NAMES[0]} 2",
        f"anciens/2026-09-03/DSDEN-77/{NAMES[0]}": "mise là avant",
        f"anciens/2026-09-03_2/DSDEN-77/{NAMES[0]}": "signée",
    }


def test_what_a_killed_run_published_without_the_journal_is_ours(results: Folder) -> None:
    """The letters were there, their names not written down yet: they are second names of the store's."""
    results.publish(results.lot(NAMES))
    results.known = {}
    (results.folder / "lettres/DSDEN-77/notes.txt").write_text("à rappeler")
    results.publish(results.lot(NAMES[:1], edition=2))
    assert results.letters == {
        f"DSDEN-77/{NAMES[0]}": f"%PDF 77 {NAMES[0]} 2",
        "DSDEN-77/notes.txt": "à rappeler",
    }


_KILLED = """
import os, pickle, signal, sys
from pathlib import Path
from pipeline.files import published
from pipeline.campaign.shared import replacing
from pipeline.campaign.shared import Place
from pipeline.campaign.folder import workspace
from datetime import date

folder, known, left = Path(sys.argv[1]), pickle.loads(bytes.fromhex(sys.argv[2])), [int(sys.argv[3])]

def dying(really):
    def step(*args, **more):
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return really(*args, **more)
    return step

with workspace(folder, "mlds produire") as work:
    new = work / "pret/DSDEN-77"
    new.mkdir(parents=True)
    (new / sys.argv[4]).write_text("neuve")
    moves = replacing(Place(folder, known, work / "sans-lettre", date(2026, 9, 3)), work / "pret", ()).moves
    os.replace, os.link = dying(os.replace), dying(os.link)
    with published(moves, work / "remplace"):
        pass
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_killed_at_any_step_what_someone_put_there_is_never_lost(results: Folder, tmp_path: Path) -> None:
    results.publish(results.lot(NAMES))
    own = results.folder / "lettres/DSDEN-77"
    (own / "Signées").mkdir()
    (own / "Signées/une.pdf").write_text("signée par le chef")
    (own / NAMES[0][:-4]).write_text("un fichier")
    (own / NAMES[1]).unlink()
    (own / NAMES[1]).write_text("annotée")
    theirs = ["annotée", "signée par le chef", "un fichier"]
    for step in range(20):
        here = tmp_path.parent / f"{tmp_path.name}-{step}"
        shutil.copytree(results.folder, here, ignore=shutil.ignore_patterns("passage-*"))
        told = pickle.dumps(results.known).hex()
        done = subprocess.run([sys.executable, "-c", _KILLED, here, told, str(step), NAMES[0]], cwd=ROOT, check=False)
        with workspace(here, "mlds produire"):
            pass  # as the next run does
        found = [path.read_text() for path in (here / "lettres").rglob("*") if path.is_file()]
        assert sorted(text for text in found if text in theirs) == theirs, f"killed at step {step}"
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert 4 <= step < 19  # it was killed before each move, and once not


def test_a_letter_made_again_leaves_the_published_one_alone_until_all_is_ready(results: Folder) -> None:
    lot = results.lot(NAMES[:1])
    results.publish(lot)
    path = results.folder / "lettres/DSDEN-77" / NAMES[0]
    source = results.folder / "fait.pdf"
    source.write_text("refaite")
    results.store.put(lot.documents[0].pdf.stem, source, 1, ())
    assert path.read_text() == f"%PDF 77 {NAMES[0]} 1"


def test_a_disk_without_links_gets_copies(results: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    lot = results.lot(NAMES)
    results.publish(lot)
    path = results.folder / "lettres/DSDEN-77" / NAMES[0]
    assert path.read_bytes() == lot.documents[0].pdf.read_bytes()
    assert not path.samefile(lot.documents[0].pdf)
    results.publish(results.lot(NAMES[:1]))
    assert set(results.letters) == {f"DSDEN-77/{NAMES[0]}"}


def test_letters_that_cannot_be_written_are_said_in_french(results: Folder) -> None:
    (results.folder / "passage-1").mkdir()
    (results.folder / "passage-1/lettres").write_text("")
    with pytest.raises(OutputError, match="Impossible d’écrire « lettres/DSDEN-77 » : un fichier porte"):
        lay_out([results.lot(NAMES)], results.folder / "passage-1/lettres")
