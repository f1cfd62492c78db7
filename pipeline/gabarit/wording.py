"""What the words of a template say that another campaign would make wrong, and quotes that Word put into tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.render.check.examined import Examined
from pipeline.render.check.faults import PROPRIETES, Code, Fault, Place
from pipeline.render.check.syntax import ODD_QUOTES, STRING, TAG

_SCHOOL_YEAR = re.compile(r"(?<![\w@.])((?:19|20)\d\d)(\s?[-\u2011–—/]\s?)((?:19|20)?\d\d)(?![\w-])")
_YEAR = re.compile(r"(?<![\w@])(?:19|20)\d\d(?![\w@]|[.,]\d|\s?€|\s?euros)")


def other_years(examined: Examined) -> Iterator[Fault]:
    """Yield the years in plain text that are not the campaign's; the visas and the référentiel have their own."""
    campaign = str(examined.sample["annee_scolaire"])
    allowed = [str(text) for text in (*examined.sample["visas"], examined.sample["referentiel"])]
    places = [(one.place, one.text) for one in examined.all_paragraphs]
    places.append((Place(PROPRIETES, examined.title), examined.title))
    for place, shown in places:
        text = _without(TAG.sub(" ", shown), allowed)
        for start, between, end in _SCHOOL_YEAR.findall(text):
            if int(end[-2:]) == (int(start) + 1) % 100 and f"{start}-{start[:2]}{end[-2:]}" != campaign:
                what = f"l’année « {start}{between}{end} » est tapée en clair, alors que la campagne est {campaign}"
                yield Fault(Code.ANNEE_SCOLAIRE, place, what, "Écrivez le champ « {{ annee_scolaire }} ».")
        years = set(_YEAR.findall(_SCHOOL_YEAR.sub(" ", text))) - set(campaign.split("-"))
        for year in sorted(years):
            what = f"l’année « {year} » n’est pas celle de la campagne ({campaign})"
            remedy = "Vérifiez que ce texte est encore en vigueur. Les textes cités ont leur place dans config.toml."
            yield Fault(Code.ANNEE_DE_TEXTE, place, what, remedy)


def curly_quotes(examined: Examined) -> Iterator[Fault]:
    """Yield the tags whose quotes Word has bent: they are read as straight ones, but only by this program's care."""
    for one in examined.all_paragraphs:
        for tag in TAG.findall(one.written):
            bare = STRING.sub("", tag)
            if re.search("[“”‘’]", bare) and not ODD_QUOTES.search(bare):
                what = "cette balise contient des guillemets courbes ; ils sont lus comme des guillemets droits"
                remedy = 'Tapez des guillemets droits ("), et annulez avec Ctrl-Z ce que Word met à la place.'
                yield Fault(Code.GUILLEMETS_COURBES, one.place, what, remedy, tag)


def _without(text: str, allowed: list[str]) -> str:
    """Return a text without the quotations that config.toml allows."""
    line = " ".join(text.split())
    for quotation in allowed:
        line = line.replace(" ".join(quotation.split()), " ")
    return line
