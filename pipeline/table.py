"""The table as it travels between loading and validation: the only type that holds a pandas frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.model import Change


SHEET = "#feuille"
LINE = "#ligne"
GROUP = " – "
"""Stands between a group and what is under it, in the header of a column that has both."""
MAX_ROWS = 1_048_576
"""Of a sheet, as Excel allows."""
OTHER = "autre:"
"""Prefix of the columns that have no role; what follows is the header as the user wrote it."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a role was found in one sheet: its header as the user wrote it, and its letter (« K »)."""

    header: str
    letter: str


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that holds no usable value: an error such as #REF!, a formula never computed (empty `error`), a long text.

    `signs` counts those of a text that is too long for what its column says.
    """

    error: str
    signs: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """The non-blank rows under the headers of all the sheets.

    `rows` has one line a row: the columns `SHEET` and `LINE` (Excel's own number), then one column a role and one
    a column without role (`OTHER` + header); a cell is text, a number, a date, a `CellFault`, or "" when blank.
    `columns` gives, for each sheet, the column of each of those names. `unread` names the sheets that are no table.
    `sha256` is that of the file that was read. `filled` are the cells that took the value of the cells they were merged
    with: sheet, line, and name of the column. `notices` are sentences in French on what was read and may surprise.
    `surname_first` names the sheets where cleaning found chefs written « NOM Prénom ». `held` gives, by sheet and
    address (« K391 »), what the cells that cleaning rewrote held; `struck` those that are struck through, True where it
    is so in part only. `margins` are the texts beside the table, under no header: sheet, line, letter, text.
    """

    rows: pd.DataFrame
    columns: Mapping[str, Mapping[str, Column]]
    unread: tuple[str, ...] = ()
    sha256: str = ""
    filled: tuple[tuple[str, int, str], ...] = ()
    notices: tuple[str, ...] = ()
    surname_first: tuple[str, ...] = ()
    held: Mapping[tuple[str, str], str] = field(default_factory=dict)
    struck: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    margins: tuple[tuple[str, int, str, str], ...] = ()


def other_headers(table: Table) -> tuple[str, ...]:
    """Return the headers of the columns that have no role."""
    return tuple(str(name).removeprefix(OTHER) for name in table.rows.columns if str(name).startswith(OTHER))


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned table and the changes that cleaning made to it."""

    table: Table
    changes: tuple[Change, ...]


def as_text(cell: object) -> str:
    """Return what a cell shows: whole numbers without a point, dates the French way."""
    if cell is None or isinstance(cell, CellFault):
        return ""
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float):
        return f"{cell:.10g}".replace(".", ",")
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, timedelta):
        return f"{cell.total_seconds() / 3600:g} h".replace(".", ",")
    return str(cell)


ROLES: dict[str, tuple[str, ...]] = {
    "uai": ("uai", "rne", "code uai", "code rne", "no uai", "numero uai", "uai rne", "rne uai", "etab uai",
            "identifiant de l etablissement", "code etablissement", "numero etablissement", "code etab",
            "no rne", "numero rne", "code rne uai", "code uai rne", "uai etablissement", "uai de l etablissement",
            "uai etab", "rne etablissement", "rne de l etablissement", "no etablissement", "no d etablissement",
            "numero d etablissement", "no immatriculation", "no d immatriculation", "numero d immatriculation",
            "numero de l etablissement", "no de l etablissement"),
    "etablissement": ("etablissement", "etab", "nom de l etablissement", "nom etablissement", "appellation",
                      "nom etab", "etablissements", "libelle etablissement", "appellation officielle",
                      "etablissement d affectation", "etablissement d exercice",
                      "etablissement scolaire", "nom complet de l etablissement", "nom de l etab", "libelle etab",
                      "eple", "nom eple", "nom de l eple", "college lycee"),
    "commune": ("commune", "ville", "nom commune", "localite", "commune de l etablissement",
                "ville de l etablissement", "ville etablissement", "commune etablissement", "ville etab",
                "ville de l etab"),
    "departement": ("departement", "dpt", "dept", "dep", "dsden", "code departement"),
    "code_postal": ("code postal", "cp"),
    "chef_civilite": ("civ chef", "civilite chef", "civilite du chef", "civilite chef d etablissement",
                      "civilite du chef d etablissement", "civ chef d etablissement", "titre chef",
                      "civilite ce", "civ ce", "civilite du ce", "civilite perdir"),
    "chef": ("chef d etablissement", "chef etablissement", "principal proviseur", "proviseur principal", "chef",
             "nom du chef d etablissement", "nom chef d etablissement", "nom du chef", "nom chef", "chef d etab",
             "chefs d etablissement", "personnel de direction", "nom et prenom du chef d etablissement",
             "perdir", "principal ou proviseur", "nom du principal ou proviseur", "nom du principal proviseur",
             "chef d ets", "ce", "nom ce", "nom du ce", "nom prenom du chef d etablissement",
             "prenom nom du chef d etablissement", "nom d usage du chef d etablissement", "nom perdir"),
    "chef_prenom": ("prenom chef", "prenom du chef", "prenom du chef d etablissement", "prenom chef d etablissement",
                    "prenom ce", "prenom du ce", "prenom perdir"),
    "chef_fonction": ("qualite chef", "fonction chef", "qualite du chef", "fonction du chef",
                      "fonction du chef d etablissement", "qualite du chef d etablissement"),
    "referent_civilite": ("civilite", "civ", "m mme", "mme m", "titre", "civilite referent", "civ referent",
                          "civilite du referent", "civ du referent",
                          "m mme mlle"),
    "referent": ("referent", "nom prenom", "nom et prenom", "prenom nom", "prenom et nom", "nom prenom referent",
                 "nom et prenom du referent", "nom prenom du referent", "prenom et nom du referent",
                 "referent decrochage", "referent decrochage scolaire", "referent ds", "nom et prenom referent",
                 "nom et prenom du referent decrochage", "nom et prenom du referent decrochage scolaire",
                 "nom prenom du referent decrochage scolaire", "nom prenom du referent decrochage",
                 "identite du referent", "referent mlds", "referent gpds", "nom et prenom du beneficiaire",
                 "nom prenom du beneficiaire"),
    "referent_nom": ("nom", "nom d usage", "nom usage", "nom referent", "nom du referent", "nom usuel",
                     "nom de famille", "nom d usage du referent", "nom d usage referent", "patronyme",
                     "nom du referent decrochage", "nom du referent decrochage scolaire", "nom referent decrochage",
                     "nom du beneficiaire", "nom beneficiaire", "nom patronymique"),
    "referent_prenom": ("prenom", "prenom referent", "prenom du referent", "prenom usuel",
                        "prenom du referent decrochage", "prenom du referent decrochage scolaire",
                        "prenom referent decrochage", "prenom du beneficiaire", "prenom beneficiaire"),
    "referent_fonction": ("fonction", "corps", "discipline", "qualite", "fonction referent", "fonction du referent",
                          "corps discipline", "corps grade", "corps du referent", "discipline du referent"),
    "imp": ("imp", "nb imp", "nombre d imp", "nombre imp", "taux imp", "quotite", "quotite imp", "taux", "nbre imp",
            "nb d imp", "imp ou montant", "taux d imp", "part imp", "parts imp", "nbre d imp",
            "imp attribuee", "imp attribuees", "imp accordee", "imp accordees", "nb d imp attribuees",
            "nombre d imp attribuees", "nombre d imp accordees", "nb imp attribuees", "nombre imp attribuees",
            "taux imp attribue", "taux d imp attribue"),
    "montant": ("montant", "montant imp", "montant annuel", "montant de l imp", "montant annuel brut",
                "montant annuel imp", "euros", "montant brut", "montant euros", "imp euros",
                "montant attribue", "montant alloue", "montant accorde", "indemnite", "montant de l indemnite",
                "montant indemnite", "montant d imp", "montant imp attribue"),
}  # fmt: skip
"""Each role and the headers it is known under, folded: lower case, no accents, signs turned into spaces."""

REQUIRED: tuple[tuple[str, ...], ...] = (
    ("uai",),
    ("etablissement",),
    ("chef",),
    ("referent_nom", "referent"),
    ("imp", "montant"),
)
"""A table can be used when it has one role of each group."""

NAMES: dict[str, str] = {
    "uai": "le numéro UAI (ou RNE) de l’établissement",
    "etablissement": "le nom de l’établissement",
    "commune": "la commune",
    "departement": "le département",
    "code_postal": "le code postal",
    "chef_civilite": "la civilité du chef",
    "chef": "le chef d’établissement",
    "chef_prenom": "le prénom du chef",
    "chef_fonction": "la fonction du chef",
    "referent_civilite": "la civilité du référent",
    "referent_nom": "le nom du référent",
    "referent_prenom": "le prénom du référent",
    "referent": "le nom et le prénom du référent",
    "referent_fonction": "la fonction du référent",
    "imp": "le nombre d’IMP",
    "montant": "le montant de l’IMP",
}
"""What each role is, for messages."""

SEVERAL = ("departement",)
"""Roles that several columns may play: each is checked, under a numbered name (« departement (2) »)."""

MOST_COLUMNS = 9
"""Columns of one role that are kept; a sheet that has more of them is no table of référents."""

NAMES |= {f"{role} ({number})": NAMES[role] for role in SEVERAL for number in range(2, MOST_COLUMNS + 1)}

NEEDED = frozenset({
    "uai", "etablissement", "commune", "chef_civilite", "chef", "chef_prenom", "referent_civilite", "referent",
    "referent_nom", "referent_prenom", "imp", "montant",
})  # fmt: skip
"""The roles that a letter prints: where two columns claim one of them, only a person can say which is right."""
