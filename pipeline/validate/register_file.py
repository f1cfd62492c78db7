"""Reading the register's file: the ministry's open data export, or a list of one's own with three columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import uai as key
from pipeline.errors import ConfigError
from pipeline.french.words import fold, pluriel
from pipeline.progress import Progress
from pipeline.settings.config import Config
from pipeline.table import Table
from pipeline.validate.register import NO_ANNUAIRE, Annuaire, Fiche

if TYPE_CHECKING:
    from _csv import Reader


MAX_SIZE = 300_000_000
"""Bytes. The ministry's export of the whole country is a tenth of it."""
_ROLES = {
    "uai": ("identifiant de l etablissement", "uai"),
    "nom": ("nom etablissement", "nom"),
    "commune": ("nom commune", "commune"),
    "nature": ("type etablissement", "type"),
    "acheminement": ("adresse 3", "commune acheminement"),
}
"""The columns of the two formats, folded, the ministry's first. The last two may be missing."""
_NEEDED = ("uai", "nom", "commune")
_OPTION = 'Corrigez le chemin dans config.toml, rubrique [annuaire], ou écrivez « fichier = "" » pour vous en passer.'
_AGAIN = "Téléchargez-le ou enregistrez-le à nouveau, sans le modifier, puis relancez la commande."
_FORMATS = (
    "Il faut un fichier .csv dont la première ligne nomme les colonnes « Identifiant_de_l_etablissement », "
    "« Nom_etablissement » et « Nom_commune » (l’annuaire de l’éducation du ministère), ou « uai », « nom » et "
    "« commune »."
)
_MISREAD = re.compile(r"Ã[©¨ª´®¢§«»¯‰ˆ]|â€")
"""What accents become when UTF-8 is read as cp1252: they are there only when some of the file was damaged."""
_LEAST_VALID = 0.99
_LONGEST = 200
"""Characters; the longest official name has 147. What a cell holds is shown in messages."""
_FEW = 10
"""Schools that a workbook must have before it can contradict the register."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns are, and how many there are; -1 for one that is missing."""

    places: dict[str, int]
    count: int

    def cell(self, line: Sequence[str], role: str) -> str:
        """Return a cell on one line, as long as any name; "" where the line ends before it."""
        place = self.places.get(role, -1)
        return " ".join(line[place].split())[:_LONGEST] if 0 <= place < len(line) else ""

    @property
    def least(self) -> int:
        """Return how many cells a line must have to hold all that is needed."""
        return 1 + max(self.places[role] for role in _NEEDED)


def read_annuaire(path: Path, departements: Collection[str]) -> Annuaire:
    """Read the schools of some départements from the register at `path`.

    A UAI that lost its first zero in a spreadsheet gets it back where the key proves it. Raises ConfigError, in
    French, when the file is missing, is no register, is damaged, or lacks one of the départements.
    """
    content = _content(path)
    encoding = _encoding(path, content)
    header = content[:4_000].decode(encoding, "ignore").partition("\n")[0]
    stream = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    # strict: a quote that does not close would swallow lines without a word.
    lines = csv.reader(stream, delimiter=max(";,\t", key=header.count), strict=True)
    try:
        columns = _columns(path, next(lines, []))
        fiches = _fiches(path, lines, columns, departements)
    except csv.Error:
        raise ConfigError(
            f"{path} : cet annuaire est abîmé vers la ligne {lines.line_num} (un guillemet ou une fin de ligne mal "
            f"placés). {_AGAIN}"
        ) from None
    annuaire = Annuaire(fiches)
    if missing := [code for code in departements if code not in annuaire.departements]:
        raise ConfigError(
            f"{path} : cet annuaire n’a aucun établissement du département {' ni du '.join(missing)}. Il est sans "
            f"doute incomplet : téléchargez-le en entier. {_OPTION}"
        )
    return annuaire


def require_fitting(path: Path, annuaire: Annuaire, uais: Iterable[object]) -> None:
    """Raise ConfigError when most of a workbook's schools are not in the register: it is another one's.

    Compared with it, the whole campaign would be to correct.
    """
    written = {uai for uai in uais if isinstance(uai, str) and key.is_valid(uai)}
    wanted = {uai for uai in written if key.departement_of(uai) in annuaire.departements}
    known = len(wanted & annuaire.fiches.keys())
    if len(wanted) >= _FEW and 2 * known < len(wanted):
        raise ConfigError(
            f"{path} : cet annuaire ne connaît que {known} des {len(wanted)} établissements du classeur. Ce n’est sans "
            f"doute pas le bon (les écoles seulement, ou une partie de l’académie). {_OPTION}"
        )


def require_there(path: Path) -> None:
    """Raise ConfigError, in French, when the register that config.toml names is not there; it is not read."""
    if not path.exists():
        raise ConfigError(f"{path} : cet annuaire des établissements n’existe pas. {_OPTION}")


def _content(path: Path) -> bytes:
    require_there(path)
    try:
        if path.stat().st_size > MAX_SIZE:
            raise ConfigError(f"{path} : cet annuaire est anormalement gros, il n’est pas lu. {_OPTION}")
        return path.read_bytes()
    except OSError:
        raise ConfigError(
            f"{path} : impossible de lire cet annuaire. Vérifiez que c’est bien un fichier et que vous avez le droit "
            f"de l’ouvrir. {_OPTION}"
        ) from None


def _encoding(path: Path, content: bytes) -> str:
    """Return how a text is encoded: UTF-8, UTF-16, or cp1252 as French Excel saves it."""
    if not content.strip():
        raise ConfigError(f"{path} : cet annuaire est vide. {_AGAIN}")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ConfigError(f"{path} : cet annuaire est un classeur. Enregistrez-le au format CSV. {_FORMATS}")
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and not (encoding == "cp1252" and _MISREAD.search(text)):
            return encoding
    raise ConfigError(f"{path} : cet annuaire est abîmé, son texte ne se lit pas. {_AGAIN}")


def _columns(path: Path, header: Sequence[str]) -> _Columns:
    known = [fold(name) for name in header]
    places = {role: known.index(name) for role, names in _ROLES.items() for name in reversed(names) if name in known}
    if missing := [role for role in _NEEDED if role not in places]:
        found = ", ".join(f"« {name.strip()[:40]} »" for name in header[:12])
        more = "…" if len(header) > 12 else ""
        raise ConfigError(
            f"{path} : cet annuaire ne dit pas {_listed(missing)}. {_FORMATS} Colonnes trouvées : {found}{more}."
        )
    return _Columns(places, len(header))


def _listed(missing: Sequence[str]) -> str:
    said = {"uai": "le numéro UAI", "nom": "le nom", "commune": "la commune"}
    return " ni ".join(said[role] for role in missing) + " de chaque établissement"


def _fiches(path: Path, lines: Reader, columns: _Columns, departements: Collection[str]) -> dict[str, Fiche]:
    """Read the lines of the wanted départements; those of a school that has several go together."""
    fiches: dict[str, Fiche] = {}
    count = valid = 0
    for line in lines:
        if not any(line):
            continue
        _require_whole(path, lines.line_num, line, columns)
        uai = _uai(columns.cell(line, "uai"))
        count += 1
        valid += bool(uai)
        if uai and key.departement_of(uai) in departements:
            fiches[uai] = _joined(fiches.get(uai), uai, line, columns)
    if valid < _LEAST_VALID * count or not count:
        raise ConfigError(
            f"{path} : cet annuaire est abîmé : {count - valid} de ses {count} lignes n’ont pas de numéro UAI juste. "
            f"{_AGAIN}"
        )
    return fiches


def _require_whole(path: Path, number: int, line: Sequence[str], columns: _Columns) -> None:
    """Raise when a line is cut, or holds more than its header: what follows cannot be trusted either."""
    if len(line) < columns.least or any(line[columns.count :]):
        what = "est coupée" if len(line) < columns.least else "a plus de cellules que la première"
        raise ConfigError(f"{path} : cet annuaire est abîmé, sa ligne {number} {what}. {_AGAIN}")


def _uai(text: str) -> str:
    """Return a valid UAI, its first zero given back where the key proves it; "" for anything else."""
    tidy = text.upper()
    return next((uai for uai in (tidy, f"0{tidy}") if key.is_valid(uai)), "")


def _joined(former: Fiche | None, uai: str, line: Sequence[str], columns: _Columns) -> Fiche:
    communes = (columns.cell(line, "commune"), re.sub(r"^\d{4,5}\s+", "", columns.cell(line, "acheminement")))
    here = Fiche(
        uai, (columns.cell(line, "nom"),), tuple(filter(None, communes)) or ("",), columns.cell(line, "nature")
    )
    if former is None:
        return here
    noms, places = dict.fromkeys(former.noms + here.noms), dict.fromkeys(former.communes + here.communes)
    return Fiche(uai, tuple(noms), tuple(places), former.nature)


def annuaire_of(config: Config, table: Table, progress: Progress) -> Annuaire:
    """Return the register that config.toml names, one without schools where it names none.

    Raises ConfigError when it cannot be read, or knows hardly any school of the workbook.
    """
    path = config.annuaire.fichier
    if path is None:
        return NO_ANNUAIRE
    progress.start("Annuaire")
    annuaire = read_annuaire(path, [dsden.code for dsden in config.dsden])
    require_fitting(path, annuaire, table.rows["uai"])
    progress.done(pluriel(len(annuaire.fiches), "établissement"))
    return annuaire
