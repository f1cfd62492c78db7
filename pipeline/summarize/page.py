"""rapport.html: what people look at; one page that needs nothing else, no network, and no script to be read."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.french.signs import unbreakable
from pipeline.french.words import euros, heure, jour_nomme, nombre, octets, pluriel
from pipeline.model import Severity, montant_total
from pipeline.reports.listed import Line, lines_of
from pipeline.reports.overview import by_dsden, by_taux
from pipeline.summarize.remarks import Remark, groups_of, remarks_of
from pipeline.summarize.sendings import acheminements_of, passages
from pipeline.summarize.summary import Summary
from pipeline.uai import is_of_example

_HTML = Path(__file__).parent / "html"
LIST_MAX = 1000
"""Lines of a list in the page: a browser stays quick, and anomalies.xlsx has them all."""

FOLDED_FROM = 12
"""Lines of a list that nothing has to be done about: a longer one is folded, and read when one wants to."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The first page of a letter, as the address of a picture that holds the picture itself."""

    lettre: Line
    image: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """One line of the table of bundles: a full one (`numero` 0), or a corrective one under it.

    `part` tells whether this is the one that leaves: a full one does not when a corrective one does.
    """

    code: str
    nom: str
    courriel: str
    lettres: int
    retraits: int
    montant: Decimal
    fichier: str
    octets: int
    numero: int
    part: bool


def rapport_html(summary: Summary) -> bytes:
    """Return the bytes of rapport.html. Everything that comes from a cell is escaped."""
    now = summary.generated_at
    verdict, lines = summary.verdict, lines_of(summary)
    style, script = ((_HTML / name).read_text(encoding="utf-8") for name in ("rapport.css", "rapport.js"))
    page = _PAGE.render(
        securite=_policy(style, script),
        style=style,
        exemple=any(is_of_example(letter.etablissement.uai) for letter in verdict.letters),
        script=script,
        commande=_rereading(summary),
        campagne=summary.config.campagne,
        classeur=summary.workbook.name,
        moteur=summary.engine,
        quand=f"{jour_nomme(now)} à {heure(now)}",
        verdict=verdict,
        total=montant_total(verdict.letters),
        lots=_bundles(summary),
        envoi=passages(
            acheminements_of((*summary.lots, *summary.rectificatifs), summary.envois, summary.config.boites), now
        ),
        par_dsden=by_dsden(summary),
        par_taux=by_taux(verdict.letters),
        apercu=_preview(lines),
        lignes=[line for line, _ in lines],
        erreurs=groups_of(summary, Severity.ERREUR),
        avertissements=groups_of(summary, Severity.AVERTISSEMENT),
        informations=_informations(summary),
        avis=summary.warnings,
        faits=summary.facts,
        differences=summary.differences,
        changements=summary.changes,
    )
    return page.encode("utf-8", "replace")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HTML), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"euros": euros, "nombre": nombre, "octets": octets, "insecable": unbreakable}
    environment.globals |= {"pluriel": pluriel, "limite": LIST_MAX, "a_deplier": FOLDED_FROM}
    return environment


_PAGE = _environment().get_template("rapport.html.j2")
"""Compiled as this is imported: while the engine is at work, in a run that makes letters."""


def _rereading(summary: Summary) -> str:
    """Return what to type, in the working folder, to have the corrected copy read."""
    marked = summary.config.dossier_annee / "anomalies.xlsx"
    here = Path.cwd()
    named = marked.relative_to(here) if marked.is_relative_to(here) else marked
    return f'mlds {"produire" if summary.lots else "verifier"} "{named}"'


def _policy(style: str, script: str) -> str:
    """Return what the browser may do for the page: apply this style, run this script, and nothing else.

    A script that came in through a cell, were it not escaped, would not run.
    """
    sources = [b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{sources[0]}'; script-src 'sha256-{sources[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _preview(lines: Sequence[tuple[Line, Path | None]]) -> Preview | None:
    """Return the picture of the first letter that was made."""
    first = next(((line, pdf) for line, pdf in lines if pdf), None)
    if first is None:
        return None
    from pipeline.proofread.pictures import first_page  # slow to import, and a mere check has no letter

    picture = first_page(first[1])
    return Preview(first[0], f"data:image/png;base64,{b64encode(picture).decode()}")


def _informations(summary: Summary) -> list[Remark]:
    """Return what is only worth knowing, without the vacant posts: they have their own table."""
    vacant = {vacancy.row for vacancy in summary.verdict.vacancies}
    return remarks_of(summary, [one for one in summary.of(Severity.INFORMATION) if one.row not in vacant])


def _bundles(summary: Summary) -> list[Bundle]:
    corrected = {lot.dsden for lot in summary.rectificatifs}
    return [
        Bundle(
            dsden.code, dsden.nom, dsden.boite, len(lot.documents), len(lot.retraits), lot.montant_total,
            lot.path.name, lot.size, lot.numero, part=bool(lot.numero) or lot.dsden not in corrected,
        )
        for dsden in summary.covered
        for lot in (*summary.lots, *summary.rectificatifs)
        if lot.dsden == dsden.code
    ]  # fmt: skip
