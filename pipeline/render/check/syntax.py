"""Tags that cannot be read: badly written, never closed, never opened, conditions and loops that do not answer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import jinja2
from jinja2 import nodes

from pipeline.render.check.faults import Code, Fault, Place, shortened
from pipeline.render.check.paragraphs import Paragraph, part_name
from pipeline.render.docx import Part, environment

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


_PREFIX = re.compile(r"^(\{[{%#])(?:tr|tc|p|r) ")
_MARKUP = re.compile(r"</?[A-Za-z][^>]*>")
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A part with its tags: `source` puts each on a line of its own, so that Jinja's line numbers name a tag.

    `tree` leaves out the tags that cannot be read; it is None when nothing can be read without them.
    """

    source: str
    tags: tuple[Tag, ...]
    faults: tuple[Fault, ...]
    tree: nodes.Template | None

    def at(self, line: int) -> Tag:
        """Return the tag of a line of the source."""
        return self.tags[min(max(line - 2, 0), len(self.tags) - 1)]

    def nodes(self, kinds: type[nodes.Node] | tuple[type[nodes.Node], ...]) -> Iterator[Any]:
        """Yield the nodes of some kinds, none when nothing can be read."""
        return iter(()) if self.tree is None else self.tree.find_all(kinds)


def read_tags(part: Part, paragraphs: Sequence[Paragraph]) -> Tagged:
    """Read the tags of a part, against the paragraphs that it is made of."""
    flat = part.source.replace("\n", " ")
    starts = [match.start() for match in TAG.finditer(flat)]
    segments = [flat[start:end] for start, end in pairwise([*starts, len(flat)])]
    tags = tuple(_placed([_whole(segment) for segment in segments], paragraphs, Place(part_name(part.name))))
    wrong = {**unreadable(tags), **unbalanced(tags)}
    faults = (*(wrong[rank] for rank in sorted(wrong)), *never_opened(paragraphs), *never_shown(paragraphs))
    head = flat[: starts[0]] if starts else flat
    sound = ["" if rank in wrong else segment for rank, segment in enumerate(segments)]
    try:
        tree = environment().parse("\n".join([head, *sound]))
    except jinja2.TemplateSyntaxError as error:
        tree = None
        if not faults:
            tag = tags[min(max(error.lineno - 2, 0), len(tags) - 1)]
            faults = (Fault(Code.BALISE, tag.place, said(error), HOW, tag.text),)
    return Tagged("\n".join([head, *segments]), tags, faults, tree)


def _whole(segment: str) -> str:
    """Return the tag that a segment begins with; of one that is not closed, what follows it."""
    found = TAG.match(segment)
    text = found[0] if found and len(found[0]) > 2 else shortened(html.unescape(_MARKUP.sub("", segment)))
    return " ".join(text.split())


def _placed(texts: Sequence[str], paragraphs: Sequence[Paragraph], whole: Place) -> Iterator[Tag]:
    """Yield each tag with the place of its paragraph: docxtpl keeps the order of the tags, not the paragraphs."""
    written = [(_bare(tag), one.place) for one in paragraphs for tag in _written_tags(one.written)]
    last = -1
    for text in texts:
        bare = _bare(text)
        # From the last one on, then from the start: a text box is written after the paragraph that it stands in.
        ranks = (*range(last + 1, len(written)), *range(last + 1))
        like = (rank for rank in ranks if bare.startswith(written[rank][0]) or written[rank][0].startswith(bare))
        last = next(like, max(last, 0))
        yield Tag(text, written[last][1] if written else whole)


def _written_tags(text: str) -> Iterator[str]:
    for match in TAG.finditer(text):
        yield match[0] if len(match[0]) > 2 else text[match.start() :]


def _bare(tag: str) -> str:
    """Return a tag without what docxtpl changes in it, for comparison."""
    tag = _PREFIX.sub(r"\1", html.unescape(tag).strip())
    return re.sub(r"[\s…-]", "", tag.translate(_STRAIGHT))
