"""What kind of file this is, by its content: a usable workbook, or one sentence that says what it is instead."""

from __future__ import annotations

import zipfile
from pathlib import Path

from pipeline.errors import InputError

MAX_UNPACKED = 300_000_000
"""Bytes. A campaign of 10 000 rows unpacks to about 10 MB; a small file can be made to unpack to gigabytes."""
MAX_ENTRIES = 2_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def require_workbook(path: Path) -> None:
    """Raise InputError, in French, unless the file is a workbook that can be opened: xlsx, xlsm, xlsb, xls or ods."""
    if not path.exists():
        raise InputError(f"{path} : ce fichier n’existe pas. Vérifiez son nom et son dossier.")
    if path.is_dir():
        raise InputError(f"{path} : c’est un dossier, pas un classeur. Indiquez le fichier qu’il contient.")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        raise InputError(
            f"{path} : ce fichier ne peut pas être ouvert. Fermez-le dans Excel, puis recommencez."
        ) from None
    if path.name.startswith("~$"):
        raise InputError(f"{path} : c’est le fichier de verrou d’Excel, pas le classeur. Prenez celui sans « ~$ ».")
    if not head:
        raise InputError(f"{path} : ce fichier est vide. Téléchargez-le ou enregistrez-le à nouveau.")
    if head.startswith(_OLE):
        _require_ole_workbook(path)
    elif zipfile.is_zipfile(path):
        _require_zip_workbook(path)
    else:
        raise InputError(_what_it_is(path, head))


def _require_ole_workbook(path: Path) -> None:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InputError(
            f"{path} : ce classeur est protégé par un mot de passe. Ouvrez-le dans Excel, retirez le mot de passe "
            "(Fichier, Informations, Protéger le classeur), enregistrez, puis recommencez."
        )
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise InputError(f"{path} : ce fichier n’est pas un classeur. Enregistrez le tableau au format .xlsx.")


def _require_zip_workbook(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "word/document.xml" in names:
        raise InputError(f"{path} : c’est un document Word, pas un classeur. Indiquez le fichier Excel.")
    if not names.intersection(_WORKBOOKS):
        raise InputError(f"{path} : ce fichier n’est pas un classeur. Enregistrez le tableau au format .xlsx.")
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise InputError(
            f"{path} : ce classeur est anormalement gros une fois ouvert. Recopiez le tableau dans un classeur neuf."
        )


def _what_it_is(path: Path, head: bytes) -> str:
    if head.startswith(b"PK"):
        return (
            f"{path} : ce classeur est incomplet (téléchargement interrompu ?). Téléchargez-le ou copiez-le à nouveau."
        )
    if head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return f"{path} : c’est une page web enregistrée sous un nom de classeur. Enregistrez-la au format .xlsx."
    return f"{path} : ce fichier n’est pas un classeur Excel. Enregistrez le tableau au format .xlsx, puis recommencez."
