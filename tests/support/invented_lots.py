"""Bundles as stage 7 writes them, of letters that are mere bytes, to be spoilt at will."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.bundle.stage import plan, write_lots
from pipeline.settings.config import read_config
from pipeline.uai import key_of
from support.program import ROOT
from support.ready_campaign import document

SCHOOLS = tuple(f"077000{number}" + key_of(f"077000{number}") for number in (1, 2, 3))
LETTER = f"lettres/{SCHOOLS[0]}_Exemple_Anne.pdf"


@cache
def _made() -> tuple[tuple[str, bytes], ...]:
    with TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        documents = [document(folder, "77", number, b"%PDF" + bytes([number]) * 500) for number in range(3)]
        named = [_renamed(one, uai) for one, uai in zip(documents, SCHOOLS, strict=True)]
        (made,) = write_lots(plan(named), read_config(ROOT / "config.toml"), folder / "lots")
        with zipfile.ZipFile(folder / "lots" / made.path.name) as archive:
            return tuple((name, archive.read(name)) for name in archive.namelist())


def _renamed(one: Any, uai: str) -> Any:
    school = replace(one.letter.etablissement, uai=uai)
    return replace(one, letter=replace(one.letter, etablissement=school))


def lot() -> dict[str, bytes]:
    """Return the files of a bundle of three letters, by name."""
    return dict(_made())


def files_of(files: dict[str, bytes]) -> dict[str, Any]:
    """Return the same with the manifest read."""
    return {**files, "manifeste.json": json.loads(files["manifeste.json"])}


def packed(files: dict[str, Any]) -> dict[str, bytes]:
    """Return files whose manifest tells the truth about the bytes beside it; the rest of what it says is kept."""
    others = {name: data for name, data in files.items() if name != "manifeste.json"}
    told = [
        {"nom": name, "octets": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in others.items()
    ]
    return {**others, "manifeste.json": json.dumps(files["manifeste.json"] | {"fichiers": told}).encode()}


def write(path: Path, files: dict[str, bytes]) -> Path:
    """Write a zip of these files."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path
