"""rapport.html: what people look at; one page that needs nothing else, neither network nor script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.french import euros, nombre, octets, pluriel
from pipeline.model import Anomaly, RowRef, Severity, montant_total
from pipeline.reports.kinds import title_of
from pipeline.reports.summary import Summary, written_at
from pipeline.signs import NBSP

LIST_MAX = 1000
"""Lines of a list in the page: a browser stays quick, and anomalies.xlsx has them all."""


@dataclass(frozen=True, slots=True)
class Group:
    """The remarks of one kind, each with what the user wrote in its cell."""

    title: str
    items: tuple[tuple[Anomaly, str], ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """One line of the table of DSDEN; `fichier` is empty when there is no bundle."""

    code: str
    intitule: str
    courriel: str
    lettres: int
    montant: Decimal
    fichier: str
    octets: int


def rapport_html(summary: Summary) -> bytes:
    """Return the bytes of rapport.html. Everything that comes from a cell is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"euros": euros, "nombre": nombre, "octets": octets, "insecable": _unbreakable}
    environment.globals["pluriel"] = pluriel
    verdict = summary.verdict
    bundles, written = _bundles(summary), written_at(summary)
    page = environment.get_template("rapport.html.j2").render(
        campagne=summary.config.campagne,
        classeur=summary.workbook.name,
        moteur=summary.engine,
        quand=format_datetime(summary.generated_at, "EEEE d MMMM y 'à' HH:mm", locale="fr_FR"),
        verdict=verdict,
        produit=bool(summary.lots),
        lots=bundles,
        total=montant_total(verdict.letters),
        poids=sum(bundle.octets for bundle in bundles),
        erreurs=_groups(summary.of(Severity.ERREUR), written),
        avertissements=_groups(summary.of(Severity.AVERTISSEMENT), written),
        informations=_informations(summary),
        limite=LIST_MAX,
        avis=summary.sentences,
        differences=summary.differences,
        changements=summary.changes,
        non_lues=summary.table.unread,
    )
    return page.encode("utf-8", "replace")


def _unbreakable(text: str) -> str:
    """Keep guillemets and colons on the line of their words."""
    return text.replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»").replace(" : ", f"{NBSP}: ")


def _informations(summary: Summary) -> list[Anomaly]:
    """Return what is only worth knowing, without the vacant posts: they have their own table."""
    vacant = {vacancy.row for vacancy in summary.verdict.vacancies}
    return [one for one in summary.of(Severity.INFORMATION) if one.row not in vacant]


def _bundles(summary: Summary) -> list[Bundle]:
    lots = {lot.dsden: lot for lot in summary.lots}
    bundles = []
    for dsden in summary.covered:
        own = [letter for letter in summary.verdict.letters if letter.dsden == dsden.code]
        lot = lots.get(dsden.code)
        montant = montant_total(own)
        place = (lot.path.name, lot.size) if lot else ("", 0)
        bundles.append(Bundle(dsden.code, dsden.intitule, dsden.courriel, len(own), montant, *place))
    return bundles


def _groups(anomalies: Sequence[Anomaly], written: Mapping[tuple[RowRef, str], str]) -> list[Group]:
    """Group remarks by kind, the most frequent first, each group in the order of the workbook."""
    groups: dict[str, list[tuple[Anomaly, str]]] = {}
    for one in anomalies:
        groups.setdefault(title_of(one), []).append((one, written.get((one.row, one.cell), "")))
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [Group(title, tuple(items)) for title, items in ordered]
