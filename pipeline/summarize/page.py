"""rapport.html: what people look at; one page that needs nothing else, no network, and no script to be read."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.french.signs import unbreakable
from pipeline.french.words import euros, fold, heure, jour_nomme, nombre, octets, pluriel
from pipeline.model import Letter, Severity, montant_total
from pipeline.names import LETTERS
from pipeline.summarize.remarks import Remark, groups_of, remarks_of
from pipeline.summarize.sendings import acheminements_of, passages
from pipeline.summarize.summary import Summary, file_names
from pipeline.uai import is_of_example

Part = tuple[str, str, str, Sequence[Letter]]
"""What letters have in common: its key, its name, what to say of it besides, and the letters."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart; `part_lettres` and `part_montant` are hundredths of the longest bar, as SVG writes them."""

    cle: str
    titre: str
    sous: str
    lettres: int
    montant: Decimal
    part_lettres: str
    part_montant: str


def taux_of(letter: Letter) -> str:
    """Return what the IMP of a letter is called: « demi-taux », « décharge », « sans IMP »."""
    if letter.imp:
        return letter.imp.libelle
    return "décharge" if letter.decharge else "sans IMP"


def by_dsden(summary: Summary) -> tuple[Bar, ...]:
    """Return a bar for each DSDEN that the run covered, without a letter too."""
    letters = summary.verdict.letters
    return _bars(
        (dsden.code, f"{dsden.code}, {dsden.nom}", "", [one for one in letters if one.dsden == dsden.code])
        for dsden in summary.covered
    )


def by_taux(letters: Sequence[Letter]) -> tuple[Bar, ...]:
    """Return a bar for each rate that a letter has, the lowest first, letters without IMP at the end."""
    parts: dict[tuple[bool, Decimal, str], list[Letter]] = {}
    for letter in letters:
        parts.setdefault((letter.imp is None, letter.montant, taux_of(letter)), []).append(letter)
    return _bars(
        (taux, taux, f"{own[0].imp.fraction} IMP" if own[0].imp else "", own)
        for (_, _, taux), own in sorted(parts.items())
    )


def _bars(parts: Iterable[Part]) -> tuple[Bar, ...]:
    counted = [(part, Decimal(len(part[3])), montant_total(part[3])) for part in parts]
    most = max((count for _, count, _ in counted), default=Decimal(0))
    highest = max((montant for _, _, montant in counted), default=Decimal(0))
    return tuple(
        Bar(cle, titre, sous, len(own), montant, _hundredths(count, most), _hundredths(montant, highest))
        for (cle, titre, sous, own), count, montant in counted
    )


def _hundredths(value: Decimal, whole: Decimal) -> str:
    return f"{100 * value / whole:.1f}" if whole else "0"


@dataclass(frozen=True, slots=True)
class Line:
    """One letter of the list; `pdf` is its address from the results folder, "" when there is none."""

    nom: str
    etablissement: str
    commune: str
    uai: str
    dsden: str
    taux: str
    montant: Decimal
    pdf: str


def lines_of(summary: Summary) -> tuple[tuple[Line, Path | None], ...]:
    """Return the letters by DSDEN, commune, school and name, each with its PDF where it was made."""
    names = file_names(summary.lots)
    pdfs = {document.letter.row: document.pdf for lot in summary.lots for document in lot.documents}
    letters = sorted(summary.verdict.letters, key=_order)
    return tuple((_line(letter, names.get(letter.row, "")), pdfs.get(letter.row)) for letter in letters)


def _order(letter: Letter) -> tuple[str, ...]:
    school, referent = letter.etablissement, letter.referent
    return (letter.dsden, fold(school.commune), fold(school.nom), fold(referent.nom), fold(referent.prenom))


def _line(letter: Letter, member: str) -> Line:
    school, referent = letter.etablissement, letter.referent
    nom = f"{referent.civilite} {referent.nom_complet}".strip()
    pdf = f"{LETTERS}DSDEN-{letter.dsden}/{member.removeprefix(LETTERS)}" if member else ""
    return Line(nom, school.nom, school.commune, school.uai, letter.dsden, taux_of(letter), letter.montant, pdf)


_HTML = Path(__file__).parent / "html"
LIST_MAX = 1000
"""Lines of a list in the page: a browser stays quick, and anomalies.xlsx has them all."""

FOLDED_FROM = 12
"""Lines of a list that nothing has to be done about: a longer one is folded, and read when one wants to."""


def rapport_html(summary: Summary) -> bytes:
    """Return the bytes of rapport.html. Everything that comes from a cell is escaped."""
    now = summary.generated_at
    verdict, lines, lots = summary.verdict, lines_of(summary), (*summary.lots, *summary.rectificatifs)
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
        lots=[(dsden, lot) for dsden in summary.covered for lot in lots if lot.dsden == dsden.code],
        corriges={lot.dsden for lot in summary.rectificatifs},
        envoi=passages(acheminements_of(lots, summary.envois, summary.config.boites), now),
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

    Even a script that came from a cell unescaped would not run.
    """
    sources = [b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{sources[0]}'; script-src 'sha256-{sources[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _preview(lines: Sequence[tuple[Line, Path | None]]) -> tuple[Line, str] | None:
    """Return the first letter that was made, and its first page as the address of a picture that holds it."""
    first = next(((line, pdf) for line, pdf in lines if pdf), None)
    if first is None:
        return None
    from pipeline.proofread.pictures import first_page  # slow to import, and a mere check has no letter

    picture = first_page(first[1])
    return first[0], f"data:image/png;base64,{b64encode(picture).decode()}"


def _informations(summary: Summary) -> list[Remark]:
    """Return what is only worth knowing, without the vacant posts: they have their own table."""
    vacant = {vacancy.row for vacancy in summary.verdict.vacancies}
    return remarks_of(summary, [one for one in summary.of(Severity.INFORMATION) if one.row not in vacant])
