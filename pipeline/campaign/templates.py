"""Templates looked at before they are used: their faults, annotated copies, the fields there are, a few letters."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from pipeline.campaign.folder import workspace
from pipeline.convert.engine import installed_fonts
from pipeline.errors import InputError, TemplateError
from pipeline.files import output_error, published, short
from pipeline.french.words import pluriel
from pipeline.model import Fields, Letter, Modele
from pipeline.progress import Progress
from pipeline.render.check.advice import AUTHOR
from pipeline.render.check.check import check_template
from pipeline.render.check.faults import Code, Fault
from pipeline.render.docx import open_docx, read_bytes
from pipeline.render.fields import example_of, fields_of
from pipeline.render.other_columns import AnyAutres
from pipeline.render.variants import modeles_of
from pipeline.settings.config import Config

_CLOSED = (Code.ILLISIBLE, Code.TROP_GROS)
_INITIALS = "mlds"
_NAMES = {"erreur": "Erreur", "avertissement": "À revoir"}


def write_annotated(path: Path, faults: Sequence[Fault], target: Path) -> Path | None:
    """Write the annotated copy of a template and return it.

    None when there is nothing to say, or when the file cannot be opened to say it. Raises OutputError.
    """
    if not faults or any(fault.code in _CLOSED for fault in faults):
        return None
    try:
        content = annotated(path, faults)
    except TemplateError:
        return None
    with workspace(target.parent, "mlds modele") as work:
        draft = work / target.name
        try:
            draft.write_bytes(content)
        except OSError as error:
            raise output_error(target, error) from error
        with published([(draft, target)], work / "remplace"):
            return target


def annotated(path: Path, faults: Iterable[Fault]) -> bytes:
    """Return the template with a comment for each fault; those of a former check are taken out first.

    Word allows comments in the body only: a fault of a header, a footer, a note or the whole letter is told at the
    first paragraph, with its place.
    """
    document = open_docx(path, read_bytes(path)).docx
    _remove_ours(document)
    body = document.element.body
    paragraphs = list(body.iter(qn("w:p"))) or [document.add_paragraph()._p]
    for fault in faults:
        anchor = fault.place.anchor
        place = "" if anchor is not None else f"{fault.place}\n"
        text = f"{_NAMES[fault.severity]} – {place}{fault.explained}"
        comment = document.comments.add_comment(text, author=AUTHOR, initials=_INITIALS)
        comment._comment_elm.attrib.pop(qn("w:date"), None)  # the same faults give the same comments
        _hang(paragraphs[anchor or 0], str(comment.comment_id))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _hang(paragraph: Any, identifier: str) -> None:
    """Put a comment's marks around a whole paragraph, whatever it holds."""
    properties = paragraph.find(qn("w:pPr"))
    paragraph.insert(
        0 if properties is None else paragraph.index(properties) + 1, _mark("commentRangeStart", identifier)
    )
    reference = OxmlElement("w:r")
    reference.append(_mark("commentReference", identifier))
    paragraph.extend([_mark("commentRangeEnd", identifier), reference])


def _mark(name: str, identifier: str) -> Any:
    mark = OxmlElement(f"w:{name}")
    mark.set(qn("w:id"), identifier)
    return mark


def _remove_ours(document: Document) -> None:
    """Take out the comments of a former check, and their marks."""
    ours = [comment for comment in document.comments if comment.author == AUTHOR]
    identifiers = {str(comment.comment_id) for comment in ours}
    for comment in ours:
        comment._comment_elm.getparent().remove(comment._comment_elm)
    for name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        for mark in list(document.element.body.iter(qn(f"w:{name}"))):
            if mark.get(qn("w:id")) in identifiers:
                holder = mark.getparent()
                holder.remove(mark)
                if holder.tag == qn("w:r") and not [one for one in holder if one.tag != qn("w:rPr")]:
                    holder.getparent().remove(holder)


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks: a template (None: those of config.toml), fields, a preview, a workbook for both."""

    gabarit: Path | None = None
    champs: bool = False
    apercu: bool = False
    workbook: Path | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What a workbook gives: its name, its valid letters, the headers of its columns without role; None without one.

    `several`: none was read, because any of several could be meant.
    """

    name: str = ""
    letters: tuple[Letter, ...] = ()
    headers: tuple[str, ...] | None = None
    several: bool = False

    @property
    def example(self) -> Letter | None:
        """Return the letter whose fields are shown, None where an invented one is."""
        return self.letters[0] if self.letters else None


@dataclass(frozen=True, slots=True)
class Examined:
    """A template once checked: its faults, and where its annotated copy goes."""

    path: Path
    faults: tuple[Fault, ...]
    copy: Path

    @property
    def sound(self) -> bool:
        """Return whether letters can be made with it."""
        return not any(fault.fatal for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Previews:
    """The letters of a preview: their folder, what proofreading found in each by name, and how many were wanted."""

    folder: Path
    found: dict[str, tuple[str, ...]]
    wanted: int

    @property
    def sound(self) -> bool:
        """Return whether all of them were made, and are right."""
        return len(self.found) == self.wanted and not any(self.found.values())


def templates_of(config: Config, request: Request) -> tuple[Modele, ...]:
    """Return the template that is named, else those of config.toml. Raises InputError when it is not there."""
    if request.gabarit is None:
        return modeles_of(config.gabarit)
    if not request.gabarit.exists():
        raise InputError(_not_there(request.gabarit, config))
    return (Modele(request.gabarit, config.gabarit.pages_max),)


def _not_there(gabarit: Path, config: Config) -> str:
    """Say that a template named on the command line is not there, and which ones are."""
    there = ", ".join(f"« {short(one.fichier)} »" for one in modeles_of(config.gabarit))
    return (
        f"{gabarit} : ce gabarit n’existe pas. Vérifiez le nom et le dossier que vous avez tapés ; sans nom, « mlds "
        f"modele » vérifie ceux de config.toml ({there})."
    )


def source_of(config: Config, request: Request, progress: Progress) -> Source:
    """Read the workbook named; for the fields the one that the other commands read, and none is no fault."""
    workbook = request.workbook
    if workbook is None and request.champs:
        from pipeline.campaign.workbook import choice_of

        with suppress(InputError):
            choice = choice_of(config)
            if not choice.sure:
                return Source(several=True)
            workbook = choice.paths[0]
    if workbook is None:
        return Source()
    # Imported here: to check a template needs nothing of what reads workbooks, which is slow to load.
    from pipeline.clean.stage import clean
    from pipeline.load.stage import load_campaign
    from pipeline.table import other_headers
    from pipeline.validate.stage import validate

    progress.start("Lecture du classeur")
    table = clean(load_campaign(workbook, config)).table
    letters = validate(table, config).letters
    progress.done(f"{workbook.name}, {pluriel(len(letters), 'lettre')} à faire")
    return Source(workbook.name, letters, other_headers(table))


def fields_shown(config: Config, source: Source) -> Fields:
    """Return the fields that a template may use, with the values of the first valid row, else invented ones."""
    return fields_of(source.example, config) if source.example else example_of(config, source.headers)


def examined(config: Config, modeles: Sequence[Modele], source: Source) -> Iterator[Examined]:
    """Check templates, each as soon as the one before was dealt with; no copy is written yet."""
    sample, fonts = example_of(config, source.headers), installed_fonts()
    for name, modele in named(modeles).items():
        faults = check_template(modele.fichier, sample, fonts)
        yield Examined(modele.fichier, tuple(faults), config.dossier_annee / f"{name}-annote.docx")


def previews_of(config: Config, modeles: Sequence[Modele], source: Source, progress: Progress) -> Previews:
    """Print the letters of a preview with each template. Raises what `print_previews` does."""
    # Imported here, for the same reason.
    from pipeline.campaign.preview import print_previews
    from pipeline.convert.engine import find_engine
    from pipeline.render.examples import trial_letters

    trials = trial_letters(config, source.letters, source.headers or ())
    wanted = {
        f"{name}_{trial}": (modele, _fields(letter, config, source))
        for name, modele in named(modeles).items()
        for trial, letter in trials.items()
    }
    engine = find_engine(config.conversion.moteur, config.conversion.processus)
    folder = config.sortie.dossier / "apercu" / config.campagne.annee_scolaire
    return Previews(folder, print_previews(wanted, engine, folder, progress), len(wanted))


def _fields(letter: Letter, config: Config, source: Source) -> Fields:
    """Return the fields of a letter; without a workbook nobody knows its columns, and any may be named."""
    fields = fields_of(letter, config)
    return fields if source.headers is not None else {**fields, "autres": AnyAutres()}


def named(modeles: Sequence[Modele]) -> dict[str, Modele]:
    """Return a name for each template: that of its file, numbered where two files share it."""
    names: dict[str, Modele] = {}
    for modele in {one.fichier: one for one in modeles}.values():
        stem, number = modele.fichier.stem, 1
        while (name := stem if number == 1 else f"{stem}-{number}") in names:
            number += 1
        names[name] = modele
    return names
