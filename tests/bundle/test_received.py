"""`mlds controler lot.zip`: a DSDEN checks what it received, with nothing but the file."""

from __future__ import annotations

import io
import json
import os
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import pyzipper
from openpyxl import load_workbook

from pipeline.bundle import opening
from pipeline.bundle.checking import checked_lot
from pipeline.cli.controler import check_lots
from pipeline.errors import ExitCode
from support.invented_lots import LETTER, SCHOOLS, files_of, lot, packed, write
from support.program import mlds

NAME = "DSDEN-77_2026-2027.zip"


def said_of(path: Path) -> str:
    """Return what is wrong with a bundle, no-break spaces made plain."""
    return "\n".join(one.quoi for one in checked_lot(path).constats).replace("\N{NO-BREAK SPACE}", " ")


def test_a_bundle_is_told_in_plain_french_without_any_settings(tmp_path: Path) -> None:
    done = mlds("controler", write(tmp_path / NAME, lot()), cwd=tmp_path)
    assert done.returncode == ExitCode.OK, done.stderr
    said = done.stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert said == f"✔ {NAME} : exact\n    DSDEN 77, année 2026-2027 : 3 lettres, 1 875,00 €\n".replace(
        "1 875", "1\u202f875"
    )
    assert done.stderr == ""


def test_several_at_once_and_the_worst_decides(tmp_path: Path) -> None:
    write(tmp_path / NAME, lot())
    (tmp_path / "autre.zip").write_bytes(b"")
    done = mlds("controler", NAME, "autre.zip", cwd=tmp_path)
    assert done.returncode == ExitCode.OUTPUT
    said = done.stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith(f"✔ {NAME} : exact")
    assert "✘ autre.zip : à ne pas utiliser" in said


def test_a_file_that_is_not_there_is_not_a_bundle_to_be_refused(tmp_path: Path) -> None:
    done = mlds("controler", NAME, cwd=tmp_path)
    assert done.returncode == ExitCode.OUTPUT
    said = done.stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith(f"✘ {NAME} : introuvable, rien n’a été contrôlé")
    assert "à ne pas utiliser" not in said


def test_a_bundle_that_was_unpacked_and_packed_again_is_still_right(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / NAME, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("lettres")
        for name, data in lot().items():
            archive.writestr(name, data)
    assert said_of(tmp_path / NAME) == ""


def test_a_part_of_a_split_bundle_is_checked_as_what_it_is(tmp_path: Path) -> None:
    files = files_of(lot())
    files.pop(LETTER)
    files["manifeste.json"] = files["manifeste.json"] | {"partie": "1/2", "lettres": 2, "montant_total": "1250.00"}
    read = checked_lot(write(tmp_path / "DSDEN-77_2026-2027_partie-1.zip", packed(files)))
    assert read.constats == ()
    assert "partie 1/2" in read.dit


def corrective(**said: object) -> dict[str, bytes]:
    """Return a corrective bundle: two letters of a whole of three, one that is withdrawn; its manifest may say more."""
    files = files_of(lot())
    files.pop(LETTER)
    files["manifeste.json"] = files["manifeste.json"] | {
        "genre": "rectificatif", "numero": 2, "lettres": 2, "montant_total": "1250.00",
        "ensemble": {"lettres": 3, "montant_total": "1875.00"},
        "retirees": [{"nom": LETTER, "motif": "retirée", "remplacee_par": ""}], **said,
    }  # fmt: skip
    return packed(files)


def test_a_corrective_bundle_says_its_number_and_what_it_withdraws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "DSDEN-77_2026-2027_rectificatif-2.zip", corrective())
    assert check_lots([path]) == ExitCode.OK
    said = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert said.splitlines() == [
        "✔ DSDEN-77_2026-2027_rectificatif-2.zip : exact",
        "    DSDEN 77, année 2026-2027, rectificatif n° 2 : 2 lettres sur 3, 1 250,00 €, 1 lettre retirée",
        f"    lettre retirée : {LETTER}",
    ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"numero": 1}, "son nom annonce le rectificatif n° 2"),
        ({"numero": 0}, "son manifeste est illisible"),
        ({"genre": "autre"}, "son manifeste est illisible"),
        ({"retirees": [{"nom": f"lettres/{SCHOOLS[1]}_Exemple_Anne.pdf"}]}, "il apporte et retire 1 fichier"),
        ({"retirees": [{"nom": "lettres/0939901W_Exemple_Anne.pdf"}]}, "d’un autre département (0939901W)"),
        ({"retirees": [{"nom": "../../x"}]}, "ces numéros d’établissement sont faux"),
    ],
)
def test_what_a_corrective_bundle_may_hide_is_seen(tmp_path: Path, said: dict, words: str) -> None:
    assert words in said_of(write(tmp_path / "DSDEN-77_2026-2027_rectificatif-2.zip", corrective(**said)))


def _manifest(**said: object) -> Callable[[dict], None]:
    def change(files: dict) -> None:
        files["manifeste.json"] = files["manifeste.json"] | said

    return change


def _other_school(uai: str) -> Callable[[dict], None]:
    def change(files: dict) -> None:
        files[f"lettres/{uai}_Exemple_Zoe.pdf"] = files.pop(LETTER)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_other_school("0939901" + "W"), "d’un autre département"),
        (_other_school("0770001" + "A"), "ces numéros d’établissement sont faux : 0770001A"),
        (_manifest(dsden="94"), "il contient 3 lettres d’un autre département"),
        (_manifest(lettres=4), "son manifeste annonce 4 lettres, il en contient 3"),
        (_manifest(montant_total="1.00"), "son manifeste annonce 1,00 €, son récapitulatif 1\u202f875,00 €"),
        (_manifest(montant_total="1e9"), "son manifeste est illisible"),
        (_manifest(dsden=["77"]), "son manifeste est illisible"),
        (_manifest(annee_scolaire="\x1b[2J"), "son manifeste est illisible"),
        (lambda files: files.pop("recapitulatif_DSDEN-77.xlsx"), "son récapitulatif (recapitulatif_DSDEN-77.xlsx) n’y est pas"),
        (lambda files: files.update({"recapitulatif_DSDEN-77.xlsx": b"x"}), "son récapitulatif ne peut pas être lu"),
    ],
)  # fmt: skip
def test_what_a_manifest_may_hide_is_seen(tmp_path: Path, change: Callable[[dict], None], words: str) -> None:
    files = files_of(lot())
    change(files)
    assert words in said_of(write(tmp_path / NAME, packed(files)))


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1E+999999999", "-1E+9", "beaucoup"])
def test_an_amount_that_is_none_is_not_even_added_up(tmp_path: Path, amount: str) -> None:
    files = files_of(lot())
    book = load_workbook(io.BytesIO(files["recapitulatif_DSDEN-77.xlsx"]))
    sheet = book["Lettres"]
    column = [cell.value for cell in sheet[1]].index("Montant annuel brut")
    sheet[2][column].value = amount
    changed = io.BytesIO()
    book.save(changed)
    files["recapitulatif_DSDEN-77.xlsx"] = changed.getvalue()
    assert "son récapitulatif ne peut pas être lu" in said_of(write(tmp_path / NAME, packed(files)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda files: files.pop(LETTER), "il y manque 1 fichier"),
        (lambda files: files.update({"lisez-moi.exe": b"x"}), "il contient en trop 1 fichier (lisez-moi.exe)"),
        (lambda files: files.update({LETTER: b"autre"}), "il contient, modifié, 1 fichier"),
        (lambda files: files.pop("manifeste.json"), "il n’y a pas de manifeste"),
        (lambda files: files.update({"manifeste.json": b"[" * 100_000}), "son manifeste est illisible"),
        (lambda files: files.update({"manifeste.json": b"null"}), "son manifeste est illisible"),
    ],
)
def test_what_does_not_go_with_the_manifest_is_seen(tmp_path: Path, change: Callable[[dict], None], words: str) -> None:
    files = lot()
    change(files)
    assert words in said_of(write(tmp_path / NAME, files))


def test_the_name_of_another_dsden_is_seen(tmp_path: Path) -> None:
    assert "son nom annonce la DSDEN 93" in said_of(write(tmp_path / "DSDEN-93_2026-2027.zip", lot()))


def test_a_name_inside_never_plays_with_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / NAME, {**lot(), "\x1b[2J\x1b]0;x\x07.txt": b"x"})
    assert check_lots([tmp_path / NAME]) == ExitCode.OUTPUT
    assert not set(capsys.readouterr().out) & {"\x1b", "\x07"}


def test_any_byte_of_what_is_inside_counts(tmp_path: Path) -> None:
    data = write(tmp_path / NAME, lot()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = [
            place
            for one in archive.infolist()
            for place in range(one.header_offset + 30, one.header_offset + 30 + len(one.filename) + one.file_size)
        ]
    for place in Random(77).sample(inside, 60):
        spoilt = bytearray(data)
        spoilt[place] ^= 1 << place % 8
        (tmp_path / NAME).write_bytes(spoilt)
        assert said_of(tmp_path / NAME), place


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifeste.json", b"0" * 50_000_000)
    return buffer.getvalue()


def lying_bomb() -> bytes:
    """Return a bomb that says it is small: its declared sizes are lies."""
    data = bytearray(bomb())
    for signature, place in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<I", data, data.index(signature) + place, 1000)
    return bytes(data)


def encrypted() -> bytes:
    buffer = io.BytesIO()
    with pyzipper.AESZipFile(buffer, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"x" * 12)
        archive.writestr(NAME, b"x")
    return buffer.getvalue()


def twice() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("manifeste.json", b"{}")
        archive.writestr("MANIFESTE.json", b"{}")
    return buffer.getvalue()


def whole() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in lot().items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "ce fichier est vide"),
        (b"bonjour" * 100, "ce n’est pas un fichier zip, donc pas un lot"),
        (b"%PDF-1.7\n", "ce n’est pas un fichier zip, donc pas un lot"),
        (
            whole()[:-1000],
            "il n’y a pas de manifeste (manifeste.json) dans ce zip : ce n’est pas un lot, ou il est incomplet",
        ),
        (whole()[:300], "ce fichier zip est incomplet"),
        (bomb(), "ce fichier est anormalement gros pour un lot"),
        (lying_bomb(), "ce fichier zip est incomplet ou abîmé"),
        (encrypted(), "ce fichier est chiffré"),
        (twice(), "deux fichiers y ont le même nom"),
    ],
)
def test_what_is_no_bundle_is_told_in_one_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / NAME).write_bytes(data)
    read = checked_lot(tmp_path / NAME)
    assert [one.quoi.startswith(words) for one in read.constats] == [True], read.constats
    assert all(one.remede for one in read.constats)


def test_a_file_above_the_limit_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_BYTES", 1000)
    assert "anormalement gros" in said_of(write(tmp_path / NAME, lot()))


def test_what_is_neither_manifest_nor_sheet_never_fills_memory(tmp_path: Path) -> None:
    added = dict.fromkeys(("x", "lettres.txt", "sous/recapitulatif_DSDEN-77.xlsx"), os.urandom(15_000_000))
    path = write(tmp_path / NAME, {**lot(), **added})
    tracemalloc.start()
    said = said_of(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "il contient en trop 3 fichiers" in said
    assert peak < 12_000_000


def many_sheets() -> dict[str, bytes]:
    return {f"recapitulatif_DSDEN-{number}.xlsx": os.urandom(5_000_000) for number in range(10, 14)}


def long_list() -> dict[str, bytes]:
    return {f"{number:05}{'x' * 60_000}": b"" for number in range(70)}


@pytest.mark.parametrize("added", [many_sheets, long_list, lambda: {"zéros": b"0" * 5_000_000}])
def test_more_than_any_bundle_holds_is_not_opened(tmp_path: Path, added: Callable[[], dict[str, bytes]]) -> None:
    with zipfile.ZipFile(tmp_path / NAME, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**lot(), **added()}.items():
            archive.writestr(name, data)
    assert said_of(tmp_path / NAME) == "ce fichier est anormalement gros pour un lot : il n’a pas été ouvert"


def test_a_folder_or_nothing_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tuyau.zip")
    assert said_of(tmp_path / "tuyau.zip") == "ce n’est pas un fichier"
    assert said_of(tmp_path) == "c’est un dossier, pas un lot"
    assert said_of(tmp_path / "rien.zip") == "ce fichier n’existe pas"
    assert json.loads(lot()["manifeste.json"])["lettres"] == 3
