"""Read a PDF back against its letter: what is missing, what is left over, which fonts it carries."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
from pypdfium2 import raw

from pipeline.convert.embedded import EmbeddedFont, fonts_of

_TAGS = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_EMPTY_VALUES = re.compile(r"(?<![^\W_])(?:None|nan|NaN|NaT|Undefined)(?![^\W_])")
# What the eye does not tell apart, or does not see: the no-break hyphen, what only guides line breaks and joins, and
# ligatures, which the reader takes apart.
_SAME = (
    {"\u2011": "-"}
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
    | {chr(0xFB00 + index): letters for index, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))}
)
_SAME_SIGNS = re.compile(f"[{''.join(_SAME)}]")
_LINE_HYPHEN = "\ufffe"
"""What the reader gives for a hyphen at the end of a line: one of the text, or one that cut a word."""

_AGAIN = "Relancez la commande ; si cela se répète, lancez « mlds diagnostic »."
_CHECK = "Vérifiez-la avec « mlds modele »."


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: number of pages, names of the fonts, and faults as French sentences; none means right."""

    pages: int
    fonts: frozenset[str]
    faults: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return not self.faults


def proofread(
    pdf: Path, expected: Sequence[tuple[str, str]], pages_max: int, fonts: Iterable[EmbeddedFont] | None = None
) -> Reading:
    """Read a PDF back and say all that is wrong with it; `fonts` are its own, where they are known already.

    `expected` holds pairs: what a text is (« le nom du référent ») and the text itself, which must be in the PDF
    as it is, but for white space and line breaks. Nothing is raised: a file that cannot be read has a fault.
    """
    try:
        texts, body = _texts(pdf, expected)
        fonts = _fonts(pdf) if fonts is None else fonts
    except (pypdfium2.PdfiumError, pikepdf.PdfError, OSError, ValueError):
        return Reading(0, frozenset(), (f"Le PDF est illisible. {_AGAIN}",))
    faults = [*_page_faults(len(texts), pages_max), *_text_faults(texts, body, expected), *_font_faults(fonts)]
    return Reading(len(texts), frozenset(font.name for font in fonts), tuple(faults))


def _page_faults(pages: int, pages_max: int) -> Iterator[str]:
    if pages == 0:
        yield f"Le PDF n’a aucune page. {_AGAIN}"
    if pages > pages_max:
        yield (
            f"La lettre fait {pages} pages au lieu de {pages_max} au plus : un texte trop long la fait déborder. "
            "Raccourcissez-le, ou augmentez « pages_max » dans config.toml."
        )


def _text_faults(texts: Sequence[str], body: str, expected: Sequence[tuple[str, str]]) -> Iterator[str]:
    whole = " ".join(texts)
    plain = " ".join(whole.split())
    for what, text in expected:
        if not text.split():
            yield f"Ce qui devait être imprimé pour {what} est vide. Remplissez la cellule."
        elif not is_printed(text, plain, whole) and not (body and is_printed(text, "", body)):
            yield (
                f"On ne retrouve pas {what} (« {text} ») dans le PDF : ce texte y manque ou y est déformé. Vérifiez la "
                "cellule, et la place de ce champ dans le gabarit."
            )
    wanted = " ".join(text for _, text in expected)
    for mark in sorted({*_TAGS.findall(whole), *_EMPTY_VALUES.findall(whole)}):
        if mark not in wanted:
            yield f"Il reste « {mark} » dans le PDF : une balise du gabarit n’a pas été remplie. {_CHECK}"


def _font_faults(fonts: Iterable[EmbeddedFont]) -> Iterator[str]:
    for font in sorted(fonts, key=lambda font: font.name):
        if not font.embedded:
            yield (
                f"La police « {font.name} » n’est pas contenue dans le PDF : il s’afficherait autrement ailleurs. "
                "Prenez-en une autre dans le gabarit."
            )
        if font.missing:
            sign = font.missing[0]
            yield (
                f"Aucune police de cet ordinateur n’a le caractère « {sign} » (U+{ord(sign):04X}) : un carré vide est "
                "imprimé à sa place. Écrivez-le autrement, ou installez une police qui le contient."
            )


def is_printed(text: str, plain: str, whole: str) -> bool:
    """Return whether a text stands in what was read, and not inside a longer word or number.

    `plain` is `whole` with single spaces: looking there is quick and nearly always enough. `whole` decides, where a
    line may end anywhere in the text.
    """
    text = _as_seen(text)
    spaced = " ".join(text.split())
    place = plain.find(spaced)
    if place >= 0:
        before, after = plain[max(0, place - 2) : place], plain[place + len(spaced) :][:1]
        if not (before[-1:].isalnum() or after.isalnum() or (before[:1].isdigit() and spaced[0].isdigit())):
            return True
    signs = [rf"[-{_LINE_HYPHEN}]" if sign == "-" else re.escape(sign) for sign in text if not sign.isspace()]
    pattern = rf"[\s{_LINE_HYPHEN}]*".join(signs)
    # « 250,00 » is not in « 1 250,00 », whose space is one that never breaks.
    start = r"(?<!\d[\u00a0\u202f])" if spaced[0].isdigit() else ""
    return re.search(rf"(?<![^\W_]){start}{pattern}(?![^\W_])", whole) is not None


def _as_seen(text: str) -> str:
    """Return a text as the eye takes it; most texts hold none of these signs, which a search tells quicker."""
    return _SAME_SIGNS.sub(lambda sign: _SAME[sign[0]], text)


def _texts(pdf: Path, expected: Sequence[tuple[str, str]]) -> tuple[list[str], str]:
    """Return the text of each page and, if a text may run over two pages, the whole without headers and footers."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage() for page in document]
        texts = [_as_seen(page.get_text_range()) for page in pages]
        whole = "\n".join(texts)
        plain = " ".join(whole.split())
        body = ""
        if len(pages) > 1 and not all(is_printed(text, plain, whole) for _, text in expected if text.split()):
            body = _as_seen("\n".join("".join(_body_signs(page)) for page in pages))
        return texts, body


def _body_signs(page: pypdfium2.PdfTextPage) -> Iterator[str]:
    """Give the characters of a page that are not in an artifact, which is how headers and footers are tagged."""
    artifacts: dict[int | None, bool] = {}
    for index in range(page.count_chars()):
        item = raw.FPDFText_GetTextObject(page, index)
        address = ctypes.cast(item, ctypes.c_void_p).value
        if address not in artifacts:
            artifacts[address] = address is not None and _is_artifact(item)
        if not artifacts[address]:
            yield chr(raw.FPDFText_GetUnicode(page, index))


def _is_artifact(item: object) -> bool:
    name = (ctypes.c_ushort * 64)()
    length = ctypes.c_ulong()
    for index in range(raw.FPDFPageObj_CountMarks(item)):
        mark = raw.FPDFPageObj_GetMark(item, index)
        raw.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), length)
        if bytes(name)[: length.value - 2].decode("utf-16-le", errors="replace") == "Artifact":
            return True
    return False


def _fonts(pdf: Path) -> frozenset[EmbeddedFont]:
    with pikepdf.open(pdf) as document:
        return frozenset(fonts_of(document))
