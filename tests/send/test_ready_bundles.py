"""A bundle that is not, byte for byte, what was produced for its DSDEN alone is never sent, and nothing else is either."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.errors import MailError
from pipeline.settings.config import Config
from support.journal_at import proved_bundles
from support.ready_campaign import WHEN, write_campaign

SIZES = {"77": (3000, 2000), "93": (4000,), "94": (1000, 1000, 1000)}


@pytest.fixture
def here(config: Config, tmp_path: Path) -> Config:
    """The shipped settings, with the results of a campaign."""
    ready = config.with_output(tmp_path / "sortie")
    write_campaign(ready, SIZES)
    return ready


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Write a bundle anew, its files changed; its manifest is left to tell the truth about what is then inside."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def believed(config: Config, path: Path, dsden: str) -> None:
    """Make the journal believe that a bundle is what was produced: only what is inside can then give it away."""
    data = path.read_bytes()
    with closing(sqlite3.connect(config.journal)) as journal, journal:
        journal.execute(
            "UPDATE lot SET sha256 = ?, octets = ? WHERE dsden = ?",
            (hashlib.sha256(data).hexdigest(), len(data), dsden),
        )


def lot_of(config: Config, dsden: str) -> Path:
    return config.dossier_lots / f"DSDEN-{dsden}_2026-2027.zip"


def refused(config: Config, words: str) -> None:
    with pytest.raises(MailError, match=words) as caught:
        proved_bundles(config)
    assert str(caught.value).endswith("Rien n’a été envoyé.")


def test_what_was_produced_is_proved(here: Config) -> None:
    found = proved_bundles(here)
    assert [(one.dsden, one.letters, one.path.name) for one in found] == [
        ("77", 2, "DSDEN-77_2026-2027.zip"),
        ("93", 1, "DSDEN-93_2026-2027.zip"),
        ("94", 3, "DSDEN-94_2026-2027.zip"),
    ]
    assert [f"{one.montant_total}" for one in found] == ["1250.00", "625.00", "1875.00"]


def test_a_byte_that_changed_is_seen(here: Config) -> None:
    data = bytearray(lot_of(here, "93").read_bytes())
    data[len(data) // 2] ^= 1
    lot_of(here, "93").write_bytes(data)
    refused(here, "DSDEN-93_2026-2027.zip : ce lot a changé depuis qu’il a été produit")


def test_a_bundle_under_the_name_of_another_is_seen(here: Config) -> None:
    shutil.copy(lot_of(here, "94"), lot_of(here, "77"))
    refused(here, "DSDEN-77_2026-2027.zip : ce lot a changé")


def test_a_bundle_that_nobody_produced_stops_everything(here: Config) -> None:
    shutil.copy(lot_of(here, "94"), here.dossier_lots / "DSDEN-94_2026-2027 (2).zip")
    refused(here, r"DSDEN-94_2026-2027 \(2\).zip : ce fichier n’a pas été produit ici")


def test_what_systems_leave_in_folders_is_no_bundle(here: Config) -> None:
    for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (here.dossier_lots / name).write_bytes(b"x")
    assert len(proved_bundles(here)) == 3
    (here.dossier_lots / "copie.ZIP").write_bytes(b"x")
    refused(here, "copie.ZIP : ce fichier n’a pas été produit ici")


def test_a_bundle_that_the_last_run_did_not_make_again_is_told(here: Config) -> None:
    write_campaign(here, {"77": SIZES["77"]})
    assert [(one.dsden, one.non_refait) for one in proved_bundles(here)] == [
        ("77", None),
        ("93", WHEN.date()),
        ("94", WHEN.date()),
    ]


def test_a_bundle_that_is_gone_is_missed(here: Config) -> None:
    lot_of(here, "77").unlink()
    refused(here, "DSDEN-77_2026-2027.zip : ce lot a été produit, mais il n’est plus dans « lots »")


def test_a_bundle_that_was_set_aside_is_not_missed(here: Config) -> None:
    aside = here.dossier_lots / "anciens/DSDEN-77_2026-2027_2026-10-01.zip"
    aside.parent.mkdir()
    lot_of(here, "77").rename(aside)
    assert [one.dsden for one in proved_bundles(here)] == ["93", "94"]


def test_a_dsden_without_a_mailbox_stops_everything(here: Config) -> None:
    fewer = here.model_copy(update={"dsden": here.dsden[:2]})
    refused(fewer, "DSDEN-94_2026-2027.zip : la DSDEN 94 n’a pas d’adresse")


def test_all_that_is_wrong_is_said_at_once(here: Config) -> None:
    lot_of(here, "77").unlink()
    lot_of(here, "93").write_bytes(b"")
    refused(here, "(?s)77_2026-2027.zip : ce lot a été produit.*93_2026-2027.zip : ce lot a changé")


def _stranger(files: dict[str, bytes]) -> None:
    name = next(name for name in files if name.startswith("lettres/"))
    files["lettres/0949900" + "X" + name.removeprefix("lettres/")[8:]] = files.pop(name)


def _more(files: dict[str, bytes]) -> None:
    files["lisez-moi.txt"] = b"x"


def _fewer(files: dict[str, bytes]) -> None:
    files.pop(next(name for name in files if name.startswith("lettres/")))


def _other_letter(files: dict[str, bytes]) -> None:
    files[next(name for name in files if name.startswith("lettres/"))] += b"%"


def _lying(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["manifeste.json"])
    files["manifeste.json"] = json.dumps(manifest | {"montant_total": "1.00"}).encode()


def _other_dsden(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["manifeste.json"])
    files["manifeste.json"] = json.dumps(manifest | {"dsden": "94"}).encode()


def _no_manifest(files: dict[str, bytes]) -> None:
    files.pop("manifeste.json")


def _strange_manifest(files: dict[str, bytes]) -> None:
    files["manifeste.json"] = b"[1]"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_stranger, "il contient une lettre d’un autre département"),
        (_more, "il ne contient pas exactement ce qui a été produit"),
        (_fewer, "il ne contient pas exactement"),
        (_other_letter, "il ne contient pas exactement"),
        (_lying, "son manifeste ne dit pas ce qui a été produit"),
        (_other_dsden, "son manifeste ne dit pas"),
        (_no_manifest, "il ne peut pas être lu"),
        (_strange_manifest, "il ne peut pas être lu"),
    ],
)
def test_what_is_inside_is_proved_even_where_the_sha256_agrees(
    here: Config, change: Callable[[dict[str, bytes]], None], words: str
) -> None:
    rewritten(lot_of(here, "77"), change)
    believed(here, lot_of(here, "77"), "77")
    refused(here, words)


def test_a_letter_of_another_departement_in_the_journal_itself_is_seen(here: Config) -> None:
    with closing(sqlite3.connect(here.journal)) as journal, journal:
        journal.execute("UPDATE lettre SET uai = '0949900X' WHERE lot = 1")
    refused(here, "il contient une lettre d’un autre département")


def test_a_file_that_is_no_zip_is_said(here: Config) -> None:
    lot_of(here, "77").write_bytes(b"PK")
    believed(here, lot_of(here, "77"), "77")
    refused(here, "il ne peut pas être lu")


def test_two_files_of_one_name_are_seen(here: Config) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(lot_of(here, "77"), "a") as archive:
        archive.writestr("manifeste.json", archive.read("manifeste.json"))
    believed(here, lot_of(here, "77"), "77")
    refused(here, "deux fichiers y ont le même nom")
