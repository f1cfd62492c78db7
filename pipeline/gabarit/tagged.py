"""The tags of a part, each with the paragraph where it is written, and the syntax tree of those that can be read."""

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
from pipeline.render.check.syntax import HOW, TAG, Tag, never_opened, never_shown, said, unbalanced, unreadable
from pipeline.render.docx import Part, environment

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
