"""Word letters and drafts beside the bundles: outdated ones go, what someone changed or added is kept, and it is said."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.campaign.shared import (
    Place,
    Room,
    changed_dsden,
    kept_notices,
    outdated_notices,
    replacing_docx,
    replacing_drafts,
)
from pipeline.errors import ExitCode
from pipeline.files import published
from pipeline.journal.published import Aside, Publie
from pipeline.model import Lot
from support.program import mlds
from support.ready_campaign import settings
from support.rows import GOOD, HEADERS

MakeWorkbook = Callable[..., Path]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A results folder with Word letters and drafts of two DSDEN, and what someone did there."""
    known = {}
    for name in ("docx/DSDEN-77/A.docx", "docx/DSDEN-77/B.docx", "docx/DSDEN-93/C.docx",
                 "brouillons/DSDEN-77_x.eml", "brouillons/DSDEN-93_x.eml"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
        known[name] = Publie(name, len(name), hashlib.sha256(name.encode()).hexdigest())
    (tmp_path / "docx/DSDEN-77/B.docx").write_text("corrigée à la main")
    (tmp_path / "docx/DSDEN-77/notes.txt").write_text("à rappeler")
    (tmp_path / "brouillons/DSDEN-77_x.eml").write_text("complété à la main")
    (tmp_path / "brouillons/notes.txt").write_text("envoyé lundi")
    return Place(tmp_path, known, tmp_path / "passage/sans-lettre", date(2026, 9, 3))


def done(place: Place, room: Room) -> dict[str, str]:
    """Publish, and return what the two folders hold."""
    (place.folder / "passage").mkdir(exist_ok=True)
    with published(room.moves, place.folder / "passage/remplace"):
        pass
    found = (path for top in ("docx", "brouillons") for path in (place.folder / top).rglob("*") if path.is_file())
    return {path.relative_to(place.folder).as_posix(): path.read_text() for path in found}


def test_what_no_longer_goes_with_the_bundles_leaves_and_what_someone_did_stays(place: Place) -> None:
    none = place.folder / "passage/pret"
    docx, drafts = replacing_docx(place, none, {"77"}), replacing_drafts(place, none, {"77"})
    assert done(place, docx + drafts) == {
        "docx/anciens/2026-09-03/DSDEN-77/B.docx": "corrigée à la main",
        "docx/DSDEN-77/notes.txt": "à rappeler",
        "docx/DSDEN-93/C.docx": "docx/DSDEN-93/C.docx",
        "brouillons/anciens/2026-09-03/DSDEN-77_x.eml": "complété à la main",
        "brouillons/DSDEN-93_x.eml": "brouillons/DSDEN-93_x.eml",
        "brouillons/notes.txt": "envoyé lundi",
    }
    two = replace(drafts, kept=(*drafts.kept, drafts.kept[0].with_name("DSDEN-78_x.eml")))
    (said,) = kept_notices(two, place.folder)
    assert said.replace("\N{NO-BREAK SPACE}", " ").startswith(
        "2 fichiers de « brouillons/ » changés hors du programme, ou peut-être envoyés : gardés dans « brouillons/"
    )
    (told,) = outdated_notices(docx, drafts)
    assert told.replace("\N{NO-BREAK SPACE}", " ").startswith("1 lettre Word périmée retirée de « docx/ »")
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in kept_notices(docx + drafts, place.folder)] == [
        "1 fichier de « brouillons/ » changé hors du programme, ou peut-être envoyé : gardé dans « brouillons/anciens/2026-09-03 ».",
        "1 fichier de « docx/ » changé hors du programme : gardé dans « docx/anciens/2026-09-03 ».",
    ]


def test_nothing_moves_when_no_bundle_changed(place: Place) -> None:
    none = place.folder / "passage/pret"
    assert replacing_docx(place, none, ()) + replacing_drafts(place, none, ()) == Room()


def test_new_word_letters_take_the_place_of_those_that_nobody_changed(place: Place) -> None:
    new = place.folder / "passage/pret/docx/DSDEN-77"
    new.mkdir(parents=True)
    for name in ("A.docx", "B.docx"):
        (new / name).write_text("neuve")
    found = done(place, replacing_docx(place, new.parent, ()))
    assert {name: text for name, text in found.items() if "DSDEN-77/" in name} == {
        "docx/DSDEN-77/A.docx": "neuve",
        "docx/DSDEN-77/B.docx": "neuve",
        "docx/DSDEN-77/notes.txt": "à rappeler",
        "docx/anciens/2026-09-03/DSDEN-77/B.docx": "corrigée à la main",
    }


def test_a_bundle_changes_when_it_is_another_one_or_makes_room() -> None:
    known = {f"lots/DSDEN-{code}.zip": Publie(f"lots/DSDEN-{code}.zip", 1, "a") for code in ("77", "93", "94")}
    lots = [Lot(code, Path(f"DSDEN-{code}.zip"), (), 1, digest) for code, digest in (("77", "a"), ("93", "b"))]
    assert changed_dsden(known, lots, ()) == {"93"}
    assert changed_dsden(known, lots, [Aside("DSDEN-94_x.zip", "a", "anciens/y.zip")]) == {"93", "94"}


def test_a_later_run_takes_outdated_drafts_and_word_letters_away(project: Path, make_workbook: MakeWorkbook) -> None:
    """The command itself, from the first letters to those that a correction makes outdated."""
    settings(project, "ac-exemple.fr")
    book = make_workbook([[HEADERS[role] for role in GOOD], list(GOOD.values())])
    assert mlds("produire", book, "--garder-docx", cwd=project).returncode == ExitCode.OK
    assert mlds("envoyer", "--brouillons", cwd=project).returncode == ExitCode.OK
    results = project / "sortie/2026-2027"
    (docx,), (draft,) = results.glob("docx/*/*.docx"), results.glob("brouillons/*.eml")
    (results / "brouillons/notes.txt").write_text("à rappeler")
    docx.write_bytes(b"changed by hand")
    assert mlds("produire", book, cwd=project).returncode == ExitCode.OK
    assert (draft.exists(), docx.read_bytes()) == (True, b"changed by hand"), "the same bundle"
    other = make_workbook([[HEADERS[role] for role in GOOD], list({**GOOD, "imp": "1", "montant": 1250}.values())])
    done = mlds("produire", other, cwd=project)
    assert done.returncode == ExitCode.OK, done.stderr
    said = re.sub(r"\s+", " ", done.stderr)
    assert "1 fichier de « brouillons/ » changé hors du programme, ou peut-être envoyé : gardé dans" in said
    assert "1 fichier de « docx/ » changé hors du programme : gardé dans « docx/anciens/" in said
    assert sorted(path.name for path in results.glob("brouillons/*")) == ["anciens", "notes.txt"]
    assert [path.name for path in results.glob("brouillons/anciens/*/*")] == [draft.name]
    assert [path.read_bytes() for path in (results / "docx").rglob("*.docx")] == [b"changed by hand"]
    assert mlds("controler", cwd=project).returncode == ExitCode.OK
