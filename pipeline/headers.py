"""Headers: which row holds them, and which role each column plays, whatever their case, accents and units."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.french import fold

ROLES: dict[str, tuple[str, ...]] = {
    "uai": ("uai", "rne", "code uai", "code rne", "no uai", "numero uai", "uai rne", "rne uai", "etab uai",
            "identifiant de l etablissement", "code etablissement", "numero etablissement", "code etab"),
    "etablissement": ("etablissement", "etab", "nom de l etablissement", "nom etablissement", "appellation",
                      "nom etab", "etablissements", "libelle etablissement", "appellation officielle",
                      "etablissement d affectation", "etablissement d exercice"),
    "commune": ("commune", "ville", "nom commune", "localite", "commune de l etablissement"),
    "departement": ("departement", "dpt", "dept", "dep", "dsden", "code departement"),
    "code_postal": ("code postal", "cp"),
    "chef_civilite": ("civ chef", "civilite chef", "civilite du chef", "civilite chef d etablissement",
                      "civilite du chef d etablissement", "civ chef d etablissement", "titre chef"),
    "chef": ("chef d etablissement", "chef etablissement", "principal proviseur", "proviseur principal", "chef",
             "nom du chef d etablissement", "nom chef d etablissement", "nom du chef", "nom chef", "chef d etab",
             "chefs d etablissement", "personnel de direction", "nom et prenom du chef d etablissement"),
    "chef_prenom": ("prenom chef", "prenom du chef", "prenom du chef d etablissement", "prenom chef d etablissement"),
    "chef_fonction": ("qualite chef", "fonction chef", "qualite du chef", "fonction du chef",
                      "fonction du chef d etablissement", "qualite du chef d etablissement"),
    "referent_civilite": ("civilite", "civ", "m mme", "mme m", "titre", "civilite referent", "civ referent",
                          "civilite du referent", "civ du referent"),
    "referent": ("referent", "nom prenom", "nom et prenom", "prenom nom", "prenom et nom", "nom prenom referent",
                 "nom et prenom du referent", "nom prenom du referent", "prenom et nom du referent",
                 "referent decrochage", "referent decrochage scolaire", "referent ds", "nom et prenom referent"),
    "referent_nom": ("nom", "nom d usage", "nom referent", "nom du referent", "nom usuel", "nom de famille",
                     "nom d usage du referent", "nom d usage referent", "patronyme"),
    "referent_prenom": ("prenom", "prenom referent", "prenom du referent", "prenom usuel"),
    "referent_fonction": ("fonction", "corps", "discipline", "qualite", "fonction referent", "fonction du referent",
                          "corps discipline", "corps grade", "corps du referent", "discipline du referent"),
    "imp": ("imp", "nb imp", "nombre d imp", "nombre imp", "taux imp", "quotite", "quotite imp", "taux", "nbre imp",
            "nb d imp", "taux d imp", "part imp", "parts imp", "nbre d imp"),
    "montant": ("montant", "montant imp", "montant annuel", "montant de l imp", "montant annuel brut",
                "montant annuel imp", "euros", "montant brut", "montant euros", "imp euros"),
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

_SEARCHED_ROWS = 40
_CHEF_FUNCTION = re.compile(r"principal|proviseur|direct|chef|adjoint")
_UNITS = re.compile(r"\b(?:en euros?|en eur|annuel brut en euros?)\b")

Cell = object


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one sheet: its row (0 is the first of the grid), and the role or None of each column."""

    row: int
    roles: tuple[str | None, ...]
    texts: tuple[str, ...]


def find_header(
    grid: Sequence[Sequence[Cell]], headers_of: Callable[[str], Sequence[str]], sheet: str
) -> Header | None:
    """Find the header of a sheet: the row, among the first ones, that names the most roles; None without one.

    Raises InputError when two columns claim the same role.
    """
    known = _known(headers_of)
    candidates = [_roles_of(row, known) for row in grid[:_SEARCHED_ROWS]]
    scores = [len({role for role in roles if role}) for roles in candidates]
    best = max(range(len(scores)), key=lambda index: (scores[index], -index), default=0)
    if not scores or scores[best] < 3:
        return None
    roles = _by_values(candidates[best], [list(row) for row in grid[best + 1 :]])
    texts = tuple(_text(cell) for cell in grid[best])
    _refuse_two_columns(roles, texts, sheet, best + 1)
    return Header(best, tuple(roles), texts)


def require_roles(header: Header, sheet: str) -> None:
    """Raise InputError when a role that every letter needs has no column, with what was found and what is needed."""
    missing = [group for group in REQUIRED if not set(group) & set(header.roles)]
    if not missing:
        return
    needed = " ; ".join(" ou ".join(NAMES[role] for role in group) for group in missing)
    unknown = [text for role, text in zip(header.roles, header.texts, strict=True) if text and role is None]
    found = ", ".join(f"« {text} »" for text in header.texts if text)
    near = _nearest(unknown, missing)
    raise InputError(
        f"Feuille « {sheet} », ligne {header.row + 1} : il manque une colonne pour {needed}. Colonnes trouvées : "
        f"{found}.{near} Ajoutez la colonne, ou indiquez son nom dans config.toml, rubrique [classeur.colonnes] "
        f"(clé {' ou '.join(missing[0])})."
    )


def _known(headers_of: Callable[[str], Sequence[str]]) -> dict[str, str]:
    """Map each folded header to its role; what config.toml declares comes before the usual names."""
    usual = {synonym: role for role, synonyms in ROLES.items() for synonym in synonyms}
    return usual | {fold(header): role for role in ROLES for header in headers_of(role)}


def _roles_of(row: Sequence[Cell], known: Mapping[str, str]) -> list[str | None]:
    return [_role_of(_text(cell), known) for cell in row]


def _role_of(text: str, known: Mapping[str, str]) -> str | None:
    """Tell a header's role: exactly, else without its unit, else allowing one small typing mistake."""
    # A header is short: a sentence of a title row that happens to hold « référent » is none.
    if not text or len(text) > 60:
        return None
    folded = fold(text.replace("N°", "no ").replace("n°", "no ").replace("€", " euros"))
    for form in (folded, fold(_UNITS.sub(" ", folded)), fold(re.sub(r"\(.*?\)", " ", text))):
        if form in known:
            return known[form]
    close = difflib.get_close_matches(folded, known, n=1, cutoff=0.88) if len(folded) > 4 else []
    return known[close[0]] if close else None


def _by_values(roles: list[str | None], rows: Sequence[Sequence[Cell]]) -> list[str | None]:
    """Settle by their values the columns whose header alone does not tell: « Qualité », « Fonction », « Taux »."""
    settled = list(roles)
    for index, role in enumerate(roles):
        values = [fold(_text(row[index])) for row in rows[:200] if _text(row[index])]
        if role == "referent_fonction" and values:
            heads = sum(bool(_CHEF_FUNCTION.match(value)) for value in values)
            if heads * 2 > len(values):
                settled[index] = "chef_fonction"
    return settled


def _refuse_two_columns(roles: Sequence[str | None], texts: Sequence[str], sheet: str, line: int) -> None:
    for role in dict.fromkeys(role for role in roles if role):
        claims = [f"« {text} »" for claimed, text in zip(roles, texts, strict=True) if claimed == role]
        if len(claims) > 1:
            raise InputError(
                f"Feuille « {sheet} », ligne {line} : les colonnes {' et '.join(claims)} disent toutes deux "
                f"{NAMES[role]}. Renommez ou supprimez celle qui ne sert pas, ou indiquez la "
                f"bonne dans config.toml, rubrique [classeur.colonnes] (clé {role})."
            )


def _nearest(unknown: Sequence[str], missing: Sequence[Sequence[str]]) -> str:
    for text in unknown:
        synonyms = {synonym: role for group in missing for role in group for synonym in ROLES[role]}
        close = difflib.get_close_matches(fold(text), synonyms, n=1, cutoff=0.6)
        if close:
            return f" La colonne « {text} » est peut-être celle-là."
    return ""


def _text(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""
