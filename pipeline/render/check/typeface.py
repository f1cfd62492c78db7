"""The fonts and the language of a letter: a machine may lack the first, a voice may mispronounce the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.french.words import pluriel
from pipeline.render.check.examined import Examined, styles_of
from pipeline.render.check.faults import LETTRE, Code, Fault, Place
from pipeline.render.check.paragraphs import Paragraph, W
from pipeline.render.docx import members_of, numbered, read_bytes

_SAME_WIDTHS = (
    {"arial", "helvetica", "liberationsans", "arimo"},
    {"timesnewroman", "times", "liberationserif", "tinos"},
    {"couriernew", "courier", "liberationmono", "cousine"},
    {"calibri", "carlito"},
    {"cambria", "caladea"},
    {"arialnarrow", "liberationsansnarrow"},
)
"""Fonts that stand in for one another without moving a line; LibreOffice and fontconfig replace them so."""
_SYMBOLS = frozenset({"OpenSymbol", "Symbol", "SymbolMT", "Wingdings", "Wingdings-Regular"})


def strangers(named: Iterable[str], used: Iterable[str]) -> frozenset[str]:
    """Return the fonts used that are none of the families named by the template: they stand in for one of those.

    PDF names are PostScript's: « Liberation Sans » is « LiberationSans-Bold », « Arial » is « ArialMT ». Fonts of
    symbols are left out, since bullets are drawn with them whatever the template names.
    """
    families = tuple(twin for name in named for twin in twins(name))
    return frozenset(font for font in used if font not in _SYMBOLS and not folded(font).startswith(families))


def twins(name: str) -> frozenset[str]:
    """Return a font's folded name, with those of the fonts that have the same widths."""
    asked = folded(name)
    return frozenset({asked}.union(*(family for family in _SAME_WIDTHS if asked in family)))


def folded(name: str) -> str:
    """Return a font's name as it is compared: case, spaces and signs do not matter."""
    return re.sub(r"[\W_]", "", name).lower()


_PART = re.compile(r"word/[a-z0-9]+\.xml")


def missing_fonts(examined: Examined) -> Iterator[Fault]:
    """Yield the fonts in use that this machine lacks, as it lacks the name that Word would take and any same widths."""
    if examined.fonts is None:
        return
    others = _other_names(examined.members)
    for font, (place, count) in _uses(examined, "font").items():
        names = (font or "", *others.get(font or "", ()))
        if font and not any(twins(name) & examined.fonts for name in names):
            what = f"la police « {font} » n’est pas sur cet ordinateur ; une autre la remplacerait{_also(count)}"
            yield Fault(Code.POLICE, place, what, "Installez-la, ou choisissez-en une autre dans Word.")


def foreign_language(examined: Examined) -> Iterator[Fault]:
    """Yield the languages other than French: screen readers would read the letter with the wrong voice."""
    remedy = "Dans Word : tout sélectionner, Révision, Langue, Définir la langue de vérification, Français."
    for language, (place, count) in _uses(examined, "language").items():
        if language is None:
            yield Fault(Code.LANGUE, LETTRE, f"la langue du texte n’est pas indiquée{_also(count)}", remedy)
        elif not language.lower().startswith("fr"):
            what = f"la langue de ce texte est « {language} », et non le français{_also(count)}"
            yield Fault(Code.LANGUE, place, what, remedy)


def asked_fonts(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Return the fonts that a template asks for in any of its parts, those of its theme too, each with its stand-ins.

    Those of styles that nothing uses count too, and of bullets: none of these is a stranger in a letter.
    """
    members = members_of(read_bytes(path))
    styles = styles_of(members)
    roots = [etree.fromstring(data) for name, data in members.items() if _PART.fullmatch(name)]
    asked = {font for root in roots for looks in root.iter(f"{W}rPr") if (font := styles.font_named(looks))}
    others = _other_names(members)
    return {font: others.get(font, ()) for font in sorted(asked)}


def named_fonts(path: Path) -> frozenset[str]:
    """Return every font that a template names, whether it asks for it or gives it as a stand-in."""
    return frozenset(name for font, others in asked_fonts(path).items() for name in (font, *others))


def _uses(examined: Examined, which: str) -> dict[str | None, tuple[Place, int]]:
    """Return each font or language in use, with the place where it is first used and the number of paragraphs."""
    read = examined.styles.font if which == "font" else examined.styles.language
    first: dict[str | None, Place] = {}
    count: dict[str | None, int] = {}
    for one in examined.all_paragraphs:
        for value in _values(one, read):
            first.setdefault(value, one.place)
            count[value] = count.get(value, 0) + 1
    return {value: (place, count[value]) for value, place in first.items()}


def _values(one: Paragraph, read: Callable[[Any, Any], str | None]) -> set[str | None]:
    return {read(one.element, run) for run, text in one.runs if re.search(r"\w", text)}


def _other_names(members: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Return the names that the template itself gives to its fonts' stand-ins."""
    table = numbered(members, "fontTable")
    fonts = etree.fromstring(table).iter(f"{W}font") if table else ()
    return {
        font.get(f"{W}name", ""): tuple(one.get(f"{W}val", "") for one in font.iter(f"{W}altName")) for font in fonts
    }


def _also(count: int) -> str:
    return f" ({pluriel(count, 'paragraphe')})" if count > 1 else ""
