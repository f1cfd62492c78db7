"""One row as the rules see it: its cells by role, and the way to say where something is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.french.places import heading_of
from pipeline.french.words import fold
from pipeline.load.cells import drop_invisible
from pipeline.load.headers import forms_of
from pipeline.model import Anomaly, RowRef, Severity
from pipeline.table import OTHER, CellFault, Column, as_text
from pipeline.uai import has_form

_BETWEEN = re.compile(r"[\s,;:/()\[\]]+")
"""What may stand between a name and what cleaning took off it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A cleaned row: `values` by role (or `OTHER` + header), `columns` the places of those of its sheet.

    `held` gives, by sheet and address, what the cells that cleaning rewrote held; `struck` those struck through,
    True where it is so in part only; `band` is the text of the row over it that heads a département; `admitted` are
    the folded names that config.toml allows though they are words.
    """

    ref: RowRef
    values: Mapping[str, object]
    columns: Mapping[str, Column]
    held: Mapping[tuple[str, str], str] = field(default_factory=dict)
    struck: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    band: str = ""
    admitted: frozenset[str] = frozenset()

    def text(self, role: str) -> str:
        """Return a cell as text; "" when it is blank, faulty, or when its column does not exist."""
        cell = self.values.get(role, "")
        return cell if type(cell) is str else as_text(cell)  # asked dozens of times a row: nearly all are texts

    def shown(self, role: str) -> str:
        """Return what a cell held before it was cleaned, on one line of at most 80 signs, as a message quotes it."""
        held = self.held.get((self.ref.sheet, self.cell(role)))
        if held is None and (text := self.text(role)).isprintable():
            return text[:80]  # asked of every name: nearly all are as they were written
        whole = drop_invisible(held or "") or self.text(role)
        return " / ".join(line for part in whole.splitlines() if (line := part.strip()))[:80]

    def is_admitted(self, role: str) -> bool:
        """Return whether config.toml allows the name that a cell holds, whatever its capitals."""
        return bool(self.admitted) and fold(self.text(role)) in self.admitted

    def written(self, role: str) -> str:
        """Return the words of a cleaned cell with the capitals that they had before."""
        kept = set(fold(self.text(role)).split())
        words = [word for word in _BETWEEN.split(self.shown(role)) if word and kept.issuperset(fold(word).split())]
        return " ".join(words) or self.text(role)

    def texts(self) -> list[str]:
        """Return the texts of the cells that are not blank, from left to right."""
        return [text for role in self.values if (text := self.text(role))]

    @property
    def name_role(self) -> str:
        """Return the role of the cell that names the référent."""
        return next((role for role in ("referent_nom", "referent") if self.text(role)), "referent_nom")

    def error(self, role: str, code: str, message: str) -> Anomaly:
        """Say what is wrong with a cell, so that the row has no letter."""
        return self.anomaly(role, code, Severity.ERREUR, message)

    def warning(self, role: str, code: str, message: str) -> Anomaly:
        """Say what is doubtful about a cell; the row keeps its letter."""
        return self.anomaly(role, code, Severity.AVERTISSEMENT, message)

    def anomaly(self, role: str, code: str, severity: Severity, message: str) -> Anomaly:
        """Say something about a cell, at its place in the user's workbook."""
        place = self.columns.get(role)
        if place is None:
            return Anomaly(self.ref, code, severity, message)
        return Anomaly(self.ref, code, severity, message, place.header, self.cell(role))

    def cell(self, role: str) -> str:
        """Return the address of a cell (« K391 »), "" when its column does not exist."""
        place = self.columns.get(role)
        return f"{place.letter}{self.ref.line}" if place else ""

    def faults(self) -> list[Anomaly]:
        """Say each cell that holds an error or a formula without a result; in a column without role it only warns."""
        return [
            self.anomaly(role, "cellule_en_erreur", _severity(role), _fault(cell))
            for role, cell in self.values.items()
            if isinstance(cell, CellFault)
        ]

    def is_faulty(self, role: str) -> bool:
        """Return whether a cell is in error: it is reported once, by `faults`."""
        return isinstance(self.values.get(role), CellFault)


def _severity(role: str) -> Severity:
    return Severity.AVERTISSEMENT if role.startswith(OTHER) else Severity.ERREUR


def _fault(cell: CellFault) -> str:
    if cell.signs:
        return f"La cellule contient {cell.signs} signes : c’est plus qu’un nom. Écrivez le nom seul."
    if cell.error:
        return f"La cellule contient l’erreur {cell.error}. Écrivez la valeur à la place de la formule."
    return (
        "La formule de cette cellule n’a jamais été calculée. Ouvrez le classeur dans Excel ou LibreOffice, "
        "enregistrez-le, ou écrivez la valeur à la place."
    )


_TOTAL = re.compile(r"(?:(?:sous|s) )?tota(?:l|ux)\b|somme\b")
_SUM = re.compile(r".*\btota(?:l|ux)\b|(?:moyenne|cumul|effectifs?|montants?|(?:nombre|nb) d(?:e|es)?)\b")
"""What a line of sums may also be called, where it begins with it and names nobody."""
_NOTE = re.compile(
    r"\s*(?:[*(]|n\.?b\b|note|source|légende|legende|rappel|attention|fait (?:à|a|le)\b|pour l[ea]\b|mis à jour|"
    r"l[ea] (?:chef|cheffe|recteur|rectrice|responsable|secrétaire)\b)",
    re.IGNORECASE,
)
_MEANING = re.compile(r"\w[^=]{0,40}(?:=|→|⇒|->)\s*\w.*")
_COLON = re.compile(r"\w[^:]{0,40}:\s*\w.*")
"""A sign and what it means: « CPE = conseiller principal d’éducation », « Jaune : à vérifier »."""
_CODE = re.compile(r"\d{6}")
_NUMBER = re.compile(r"[0-9]{1,4}|[A-Z]|2[AB]", re.ASCII)
_LEAST_NUMBERED = 5
_MOST_IN_BAND = 3
_SUMS = ("imp", "montant")
_OF_NOBODY = ("uai", "commune", "departement", "code_postal", "chef_fonction", "referent_fonction")
"""A lone text there can be nobody's: it is a note, unless it has the digits of a UAI."""


def why_ignored(row: Row) -> Anomaly | None:
    """Say why a row is not one of the table; None for a row that is.

    In doubt a row is kept: it is then rejected with a message, and nobody's letter is lost without a word.
    """
    filled = [role for role in row.values if row.text(role)]
    if not filled:
        return None
    first = row.text(filled[0])
    if label := _label_of_total(row, filled):
        return _ignored(row, "ligne_total", f"« {label} » : ligne de total, sans lettre.")
    if set(filled) <= set(_SUMS):
        return _ignored(row, "ligne_total", "Somme sans libellé : ligne de total, sans lettre.")
    if _numbers_columns(row, filled):
        return _ignored(row, "entete_repetee", "Numéros de colonnes : ligne sans lettre.")
    if not has_form(row.text("uai")) and _repeats_header(row):
        return _ignored(row, "entete_repetee", "En-têtes répétés : ligne sans lettre.")
    if _is_prepared(row, filled):
        return _ignored(row, "ligne_preparee", "Ligne préparée d’avance et restée vide : sans lettre.")
    if band_of(row):
        return _ignored(row, "note", f"« {first[:80]} » : titre au-dessus de lignes, sans lettre.")
    if _is_note(filled[0], first) if len(filled) == 1 else _is_legend(row, [row.text(role) for role in filled]):
        return _ignored(row, "note", f"« {first[:80]} » : note hors du tableau, sans lettre.")
    return None


def band_of(row: Row) -> str:
    """Return the text of a row that only names a département, over those of its schools; "" for any other."""
    texts = row.texts() if not has_form(row.text("uai")) and not row.text("commune") else []
    if not 0 < len(texts) <= _MOST_IN_BAND or not all(heading_of(text, bare=len(texts) > 1) for text in texts):
        return ""
    whole = " ".join(dict.fromkeys(texts))
    return whole if heading_of(whole) else ""


def band_under(row: Row) -> str:
    """Return the band over the rows that follow one: itself, or the one over it; a note or a total ends that one."""
    if has_form(row.text("uai")):
        return row.band
    ignored = why_ignored(row)
    ends = len(row.texts()) == 1 or (ignored is not None and ignored.code in ("note", "ligne_total"))
    return band_of(row) or ("" if ends else row.band)


def _label_of_total(row: Row, filled: Sequence[str]) -> str:
    """Return what calls a row a total, "" for the row of somebody; the label may stand under the chef."""
    chef = "" if _TOTAL.match(fold(row.text("chef"))) else row.text("chef")
    if row.text("referent_prenom") or chef or has_form(row.text("uai")):
        return ""
    if label := next((row.text(role) for role in filled if _TOTAL.match(fold(row.text(role)))), ""):
        return label
    first = row.text(filled[0])
    return first if _names_nobody(row) and _SUM.match(fold(first)) else ""


def _names_nobody(row: Row) -> bool:
    return not any(row.text(role) for role in ("referent", "referent_nom", "referent_prenom", "chef"))


def _repeats_header(row: Row) -> bool:
    """A header on two rows comes back as two: each says the groups, or what stands under them."""
    said = {role: fold(row.text(role)) for role in row.columns if row.text(role)}
    same = [role for role, text in said.items() if text in forms_of(row.columns[role].header)]
    return len(same) >= 3 or (len(same) == len(said) > 1)


def _numbers_columns(row: Row, filled: Sequence[str]) -> bool:
    """Forms number their columns under the headers: « 1, 2, 3… », « (1) (2) (3)… », « A, B, C… »."""
    signs = [row.text(role).strip("()[]. ").upper() for role in filled]
    if len(signs) < _LEAST_NUMBERED or not all(_NUMBER.fullmatch(sign) for sign in signs):
        return False
    numbers = sorted(int(sign) if sign.isdecimal() else ord(sign[-1]) for sign in signs)
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _is_prepared(row: Row, filled: Sequence[str]) -> bool:
    """A form has its lines numbered in advance, sometimes with their département: those left blank are nobody's."""
    margins = [role for role in filled if role.startswith((OTHER, "departement"))]
    return margins == list(filled) and all(_NUMBER.fullmatch(row.text(role).upper()) for role in filled)


def _is_note(role: str, text: str) -> bool:
    """A lone text is a note by its first sign, or where it can be nothing else."""
    in_margin = role in _OF_NOBODY or role.startswith(OTHER)
    return bool(_NOTE.match(text)) or (in_margin and not _CODE.search(text))


def _is_legend(row: Row, texts: Sequence[str]) -> bool:
    """A legend may take several cells: « Légende », « en jaune », « les nouveaux »; « CPE = … », « Prof. = … »."""
    first, *others = texts
    if any(_CODE.search(text) for text in texts):
        return False
    noted = bool(_NOTE.match(first))
    if all(_MEANING.fullmatch(text) for text in (others if noted else texts)):
        return True  # no name holds « = », whatever the column
    return _names_nobody(row) and (noted or all(_COLON.fullmatch(text) for text in texts))


def _ignored(row: Row, code: str, message: str) -> Anomaly:
    role = next((role for role in row.values if row.text(role)), "")
    return row.anomaly(role, code, Severity.INFORMATION, message)
