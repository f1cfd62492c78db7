"""The sheet « Synthèse »: letters and euros a DSDEN and an IMP rate, worked out from the lists of the same workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipeline.french.words import fold
from pipeline.model import Document, Imp, Letter, Retrait, RowRef, Vacancy, montant_total
from pipeline.settings.config import Config
from pipeline.xlsx.sheets import Chart, Overview, Sheet, workbook
from pipeline.xlsx.tables import Column, Formula, Table, table_name

_RETIREES = (
    Column("Fichier", "nom"),
    Column("UAI"),
    Column("Établissement", "nom"),
    Column("Référent", "nom"),
    Column("Motif", "nom"),
    Column("Lettre qui la remplace", "nom"),
)

_LETTER_COLUMNS = (
    Column("DSDEN"),
    Column("UAI"),
    Column("Établissement", "nom"),
    Column("Commune", "nom"),
    Column("Civilité"),
    Column("Nom", "nom"),
    Column("Prénom", "nom"),
    Column("Fonction", "nom"),
    Column("Chef d’établissement", "nom"),
    Column("Nombre d’IMP", "fraction"),
    Column("Montant annuel brut", "euros", total=True),
    Column("Fichier", printed=False),
)

_A_POURVOIR = (
    Column("DSDEN"),
    Column("UAI"),
    Column("Établissement", "nom"),
    Column("Commune"),
    Column("Feuille"),
    Column("Ligne", "ligne"),
)

_EUROS = "[$-40C]#,##0.00"  # no sign: the chart's title says euros, and a label that is too long is cut in two

_DSDEN = Column("DSDEN")
_LETTRES = Column("Lettres", "entier", total=True)
_MONTANT = Column("Montant annuel brut", "euros", total=True)
_NOMBRE = Column("Nombre d’IMP", "fraction")
_TAUX = Column("Taux")
_UNITAIRE = Column("Montant d’une lettre", "euros")


@dataclass(frozen=True, slots=True)
class Lists:
    """The other sheets of the workbook, to be counted; `a_corriger` is None where the workbook has none."""

    lettres: Sheet
    a_pourvoir: Sheet
    a_corriger: Sheet | None = None


def synthese(
    heading: str, dsden: Mapping[str, str], letters: Sequence[Letter], scale: Sequence[Imp], lists: Lists
) -> Overview:
    """Return the sheet: a table by DSDEN, another by rate of the IMP scale, and charts of them.

    `dsden` gives the name of each DSDEN by its code; `lists.lettres` holds the rows of `letters`. A workbook of one
    DSDEN has no chart that compares them.
    """
    by_dsden, by_rate = _by_dsden(dsden, letters, lists), _by_rate(letters, scale, lists.lettres)
    rates = len(by_rate.rows)
    charts = [
        Chart("Lettres par DSDEN", by_dsden, _DSDEN.header, _LETTRES.header, len(dsden)),
        Chart("Euros par DSDEN", by_dsden, _DSDEN.header, _MONTANT.header, len(dsden), _EUROS),
        Chart("Lettres par taux", by_rate, _TAUX.header, _LETTRES.header, rates),
        Chart("Euros par taux", by_rate, _TAUX.header, _MONTANT.header, rates, _EUROS),
    ]
    shown = charts[:3] if len(dsden) > 1 else charts[2:]
    tables = (("Par DSDEN", by_dsden), ("Par taux d’IMP", by_rate))
    return Overview("Synthèse", heading, tables, shown if letters else ())


def _by_dsden(dsden: Mapping[str, str], letters: Sequence[Letter], lists: Lists) -> Table:
    """Return one line a DSDEN, then one for the rows to correct whose DSDEN cannot be told, if there are any."""
    name = "Par_DSDEN"
    keys = {_DSDEN: f"{name}[[#This Row],[{_DSDEN.header}]]"}
    columns = [_DSDEN, Column("Intitulé"), _LETTRES, _MONTANT, Column("Postes à pourvoir", "entier", total=True)]
    others = [lists.a_pourvoir]
    if lists.a_corriger:
        columns.append(Column("Lignes à corriger", "entier", total=True))
        others.append(lists.a_corriger)
    rows: list[tuple[object, ...]] = []
    for code, intitule in dsden.items():
        own = [letter for letter in letters if letter.dsden == code]
        rows.append((
            code,
            intitule,
            _counted(lists.lettres, keys, len(own)),
            _added_up(lists.lettres, keys, montant_total(own)),
            *(_counted(sheet, keys, sheet.column(_DSDEN.header).count(code)) for sheet in others),
        ))  # fmt: skip
    if lists.a_corriger and (left := _elsewhere(lists.a_corriger, dsden, name)):
        rows.append(("inconnue", "UAI à corriger", 0, Decimal(0), 0, left))
    return Table(name, columns, rows)


def _by_rate(letters: Sequence[Letter], scale: Sequence[Imp], lettres: Sheet) -> Table:
    """Return one line a rate of the scale, used or not, then one for the letters without an IMP, if there are any."""
    name = "Par_taux"
    keys = {
        _NOMBRE: f"{name}[[#This Row],[{_NOMBRE.header}]]",
        _MONTANT: f"{name}[[#This Row],[{_UNITAIRE.header}]]",
    }
    rows: list[tuple[object, ...]] = []
    for imp in scale:
        own = [letter for letter in letters if letter.imp == imp]
        count, euros = _counted(lettres, keys, len(own)), _added_up(lettres, keys, montant_total(own))
        rows.append((imp.fraction, imp.libelle, count, euros, imp.montant))
    if without := sum(letter.imp is None for letter in letters):
        blank = Formula(f"COUNTBLANK({table_name(lettres.title)}[{_NOMBRE.header}])", without)
        rows.append((None, "sans IMP", blank, Decimal(0), Decimal(0)))
    return Table(name, (_NOMBRE, _TAUX, _LETTRES, _MONTANT, _UNITAIRE), rows)


def _counted(sheet: Sheet, keys: Mapping[Column, str], found: int) -> Formula | int:
    """Return how many rows of a list match: `keys` gives what each of its columns must be equal to."""
    return Formula(f"COUNTIFS({_criteria(sheet, keys)})", found) if sheet.rows else 0


def _added_up(sheet: Sheet, keys: Mapping[Column, str], found: Decimal) -> Formula | Decimal:
    """Return the euros of the rows that match."""
    amounts = f"{table_name(sheet.title)}[{_MONTANT.header}]"
    return Formula(f"SUMIFS({amounts},{_criteria(sheet, keys)})", found) if sheet.rows else Decimal(0)


def _criteria(sheet: Sheet, keys: Mapping[Column, str]) -> str:
    return ",".join(f"{table_name(sheet.title)}[{column.header}],{wanted}" for column, wanted in keys.items())


def _elsewhere(sheet: Sheet, dsden: Mapping[str, str], table: str) -> Formula | None:
    """Return how many rows of a list are of no DSDEN of the table: a UAI is missing, wrong, or of another académie."""
    found = sum(code not in dsden for code in sheet.column(_DSDEN.header))
    listed = f"{table_name(sheet.title)}[{_DSDEN.header}]"
    text = f"ROWS({listed})-SUMPRODUCT(COUNTIF({listed},{table}[{_DSDEN.header}]))"
    return Formula(text, found) if found else None


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a corrective bundle brings and withdraws.

    By file of the letters that it brings: what became of each, and the file that it replaces, where there was one.
    `waiting` counts the letters that stay valid though they are not among those of today: their rows are to correct.
    """

    changes: Mapping[str, str]
    retraits: tuple[Retrait, ...]
    replaced: Mapping[str, str] = field(default_factory=dict)
    waiting: int = 0


def with_changes(letters: Sheet, corrected: Corrected) -> Sheet:
    """Return the list of letters with what became of each; nothing where it is the one that was sent."""
    changes = {_base(name): changement for name, changement in corrected.changes.items()}
    rows = [(*row, changes.get(str(fichier), ""), fichier) for *row, fichier in letters.rows]
    *columns, fichier = letters.columns  # last, since nobody needs it on paper
    return replace(letters, columns=(*columns, Column("Changement", "nom"), fichier), rows=rows)


def withdrawn_sheet(heading: str, corrected: Corrected) -> Sheet:
    """Return the list of the letters that must not be used any more."""
    rows = [
        (_base(one.fichier), one.uai, one.etablissement, one.referent, one.motif, _base(one.remplacee_par))
        for one in corrected.retraits
    ]
    return Sheet("Lettres retirées", heading, _RETIREES, rows, "Aucune lettre retirée.")


def _base(name: str) -> str:
    return name.rpartition("/")[2]


def lot_sheet(
    config: Config,
    dsden: str,
    named: Sequence[tuple[str, Document]],
    vacancies: Sequence[Vacancy] = (),
    corrected: Corrected | None = None,
) -> bytes:
    """Return the bytes of the summary sheet of one bundle: « Synthèse », « Lettres », « À pourvoir ».

    `named` gives each document with its name inside the bundle. That of a corrective lot is about the whole, and lists
    what changed and what is withdrawn.
    """
    known = config.dsden_of(dsden)
    intitule = known.intitule if known else f"DSDEN {dsden}"
    heading = f"Référents décrochage scolaire, {config.campagne.annee_scolaire}, {intitule}"
    letters = [document.letter for _, document in named]
    lettres = letters_sheet(heading, letters, {document.letter.row: name for name, document in named})
    withdrawn: tuple[Sheet, ...] = ()
    if corrected:
        lettres, withdrawn = with_changes(lettres, corrected), (withdrawn_sheet(heading, corrected),)
    a_pourvoir = vacancies_sheet(heading, vacancies)
    first = synthese(heading, {dsden: intitule}, letters, config.imp.pairs, Lists(lettres, a_pourvoir))
    title = f"Récapitulatif des lettres de mission, {intitule}"
    return workbook((first, lettres, *withdrawn, a_pourvoir), title, config.campagne.rentree)


def letters_sheet(heading: str, letters: Sequence[Letter], names: Mapping[RowRef, str]) -> Sheet:
    rows = [_letter_row(letter, names.get(letter.row, "")) for letter in sorted(letters, key=_order)]
    return Sheet("Lettres", heading, _LETTER_COLUMNS, rows, "Aucune lettre.")


def _letter_row(letter: Letter, name: str) -> tuple[object, ...]:
    school, referent, chef = letter.etablissement, letter.referent, letter.chef
    return (
        letter.dsden,
        school.uai,
        school.nom,
        school.commune,
        referent.civilite,
        referent.nom,
        referent.prenom,
        referent.fonction,
        f"{chef.civilite} {chef.nom_complet}".strip(),
        letter.imp.fraction if letter.imp else None,
        letter.montant,
        name.rpartition("/")[2],
    )


def _order(letter: Letter) -> tuple[str, ...]:
    school, referent = letter.etablissement, letter.referent
    return (
        letter.dsden,
        fold(school.commune),
        fold(school.nom),
        school.uai,
        fold(referent.nom),
        fold(referent.prenom),
        letter.row.sheet,
        f"{letter.row.line:08d}",
    )


def vacancies_sheet(heading: str, vacancies: Sequence[Vacancy]) -> Sheet:
    def order(vacancy: Vacancy) -> tuple[str, str, str, str, RowRef]:
        school = vacancy.etablissement
        return (school.departement, fold(school.commune), fold(school.nom), school.uai, vacancy.row)

    rows = [
        (school.departement, school.uai, school.nom, school.commune, *row)
        for row, school in ((one.row, one.etablissement) for one in sorted(vacancies, key=order))
    ]
    return Sheet("À pourvoir", heading, _A_POURVOIR, rows, "Aucun poste à pourvoir.")
