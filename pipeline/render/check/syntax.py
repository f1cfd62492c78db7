"""Tags that cannot be read: badly written, never closed, never opened, conditions and loops that do not answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jinja2

from pipeline.render.check.faults import Code, Fault, Place
from pipeline.render.check.paragraphs import Paragraph
from pipeline.render.docx import environment

TAG = re.compile(r"\{#.*?#\}|\{\{(?:(?!\{[{%#]).)*?\}\}|\{%(?:(?!\{[{%#]).)*?%\}|\{[{%#]", re.DOTALL)
"""A whole tag; failing that, what opens one."""

_KEYWORD = re.compile(r"\{%[-+]?\s*(\w*)")
_CLOSED_BY = {"if": "endif", "for": "endfor"}
_CODE_BLOCK = re.compile("(?:end)?(?:macro|call|block|filter|raw|with|autoescape)")
_MIDDLE = {"elif": ("if",), "else": ("if", "for")}
_REPLACING = re.compile(r"\{\{(tr|tc|p|r) ")
STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
"""A text between quotes in a tag."""
ODD_QUOTES = re.compile("[«»‹›„]")
"""Those that nothing reads as straight ones."""
_CLOSER = re.compile(r"\}\}|%\}|(?<!\{)\{\s*[\w.]+\s*\}(?!\})")
HOW = "Un champ s’écrit « {{ referent.nom }} », une condition « {% if imp %} … {% endif %} »."


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as docxtpl leaves it, and the place of its paragraph."""

    text: str
    place: Place


def unreadable(tags: Sequence[Tag]) -> dict[int, Fault]:
    """Return the tags that Jinja cannot read by themselves, by their rank."""
    found = {}
    for rank, tag in enumerate(tags):
        try:
            environment().parse(_alone(tag.text))
        except jinja2.TemplateSyntaxError as error:
            found[rank] = _unreadable_fault(tag, error)
    return found


def _alone(tag: str) -> str:
    """Return a tag completed with what lets it stand alone."""
    keyword = _keyword(tag)
    if keyword in _CLOSED_BY:
        return f"{tag}{{% {_CLOSED_BY[keyword]} %}}"
    if keyword in _MIDDLE:
        return f"{{% if 1 %}}{tag}{{% endif %}}"
    return "" if keyword in _CLOSED_BY.values() else tag


def _unreadable_fault(tag: Tag, error: jinja2.TemplateSyntaxError) -> Fault:
    if _CODE_BLOCK.fullmatch(_keyword(tag.text)):
        return code_fault(tag)
    if found := _REPLACING.match(tag.text):
        return _never_shown(tag, found[1])
    if ODD_QUOTES.search(STRING.sub("", tag.text)):
        return Fault(
            Code.GUILLEMETS,
            tag.place,
            "cette balise contient des guillemets français",
            'Tapez des guillemets droits ("), et annulez avec Ctrl-Z ce que Word met à la place.',
            tag.text,
        )
    closed = tag.text.endswith(("}}", "%}", "#}"))
    what = said(error) if closed else "cette balise n’est jamais refermée"
    return Fault(Code.BALISE, tag.place, what, HOW, tag.text)


def code_fault(tag: Tag) -> Fault:
    """Return the fault of a tag that would run code."""
    return Fault(
        Code.INTERDIT,
        tag.place,
        "cette balise contient du code, ce qu’un gabarit n’a pas le droit d’exécuter",
        "Écrivez seulement des champs, des conditions et des boucles, sans parenthèses ni calcul.",
        tag.text,
    )


def unbalanced(tags: Sequence[Tag]) -> dict[int, Fault]:
    """Return the conditions and loops that are opened and never closed, or closed and never opened, by their rank."""
    found: dict[int, Fault] = {}
    opened: list[tuple[int, str]] = []
    for rank, tag in enumerate(tags):
        keyword = _keyword(tag.text)
        if keyword in _CLOSED_BY:
            opened.append((rank, keyword))
        elif keyword in _CLOSED_BY.values() and opened and _CLOSED_BY[opened[-1][1]] == keyword:
            opened.pop()
        elif keyword in _CLOSED_BY.values() or (
            keyword in _MIDDLE and (not opened or opened[-1][1] not in _MIDDLE[keyword])
        ):
            what = f"« {keyword} » ne répond à aucune condition ni boucle ouverte avant"
            found[rank] = Fault(
                Code.BLOC, tag.place, what, "Retirez cette balise, ou ajoutez celle qui ouvre.", tag.text
            )
    for rank, keyword in opened:
        found[rank] = Fault(
            Code.BLOC,
            tags[rank].place,
            f"une {'condition' if keyword == 'if' else 'boucle'} commence ici et n’est jamais refermée",
            f"Ajoutez « {{% {_CLOSED_BY[keyword]} %}} » à l’endroit où elle doit finir.",
            tags[rank].text,
        )
    return found


def _keyword(tag: str) -> str:
    found = _KEYWORD.match(tag)
    return found[1] if found else ""


def never_opened(paragraphs: Sequence[Paragraph]) -> Iterator[Fault]:
    """Yield what would be printed as it is: « }} » that nothing opens, a field between single braces."""
    if not paragraphs:
        return
    text = "\n".join(one.written.replace("\n", " ") for one in paragraphs)
    rest = TAG.sub(lambda tag: "\n" * tag[0].count("\n"), text).split("\n")
    for one, line in zip(paragraphs, rest, strict=True):
        for found in _CLOSER.findall(line):
            yield Fault(
                Code.BALISE, one.place, f"« {found} » serait imprimé tel quel : une accolade manque", HOW, found
            )


def never_shown(paragraphs: Sequence[Paragraph]) -> Iterator[Fault]:
    """Yield the fields that docxtpl puts in the place of a run, a paragraph, a cell or a row, where Word shows no text.

    It means them for pictures, sub-documents and rich text; the fields of a letter are texts.
    """
    for one in paragraphs:
        for tag in TAG.findall(one.written):
            if found := _REPLACING.match(tag):
                yield _never_shown(Tag(tag, one.place), found[1])


def _never_shown(tag: Tag, letters: str) -> Fault:
    what = f"ce qui suit « {{{{{letters} » n’apparaîtrait pas dans la lettre"
    remedy = f"Retirez « {letters} » : « {{{{ {tag.text[len(letters) + 2 :].lstrip()} »."
    return Fault(Code.BALISE, tag.place, what, remedy, tag.text)


def said(error: jinja2.TemplateSyntaxError) -> str:
    """Return in French what Jinja says of a tag that it cannot read; what has no translation is left out."""
    message = str(error.message)
    for english, french in (
        (r"Encountered unknown tag '(.*?)'", _unknown_word),
        (r"unexpected char '(.*?)' at", _unexpected_sign),
        (r"got '(.*?)'", _unexpected),
        (r"unexpected '(.*?)'", _unexpected),
    ):
        found = re.search(english, message)
        if found and not re.match(r"(begin|end) of ", found[1]):
            return f"cette balise est mal écrite : {french(found[1])}"
    return "cette balise est mal écrite"


def _unknown_word(word: str) -> str:
    if word in ("tr", "tc", "p"):
        where = {"tr": "dans un tableau", "tc": "dans un tableau", "p": "seul dans son paragraphe"}[word]
        return f"« {{%{word} » s’emploie {where}, suivi d’une espace ordinaire"
    if word != word.lower():
        return f"« {word} » s’écrit sans majuscule, « {word.lower()} »"
    return f"le mot « {word} » n’est pas connu (mots possibles : if, elif, else, for, set)"


def _unexpected(sign: str) -> str:
    hints = {"=": " ; pour comparer, écrivez « == »", "if": " ; « else if » s’écrit « elif »"}
    return f"« {sign} » n’est pas attendu à cet endroit{hints.get(sign, '')}"


def _unexpected_sign(sign: str) -> str:
    if sign.startswith("\\"):  # Jinja spells out what has no shape: Word shows nothing there
        return "un signe invisible s’y est glissé ; effacez-la et retapez-la"
    return f"le signe « {sign} » n’est pas permis dans une balise"
