"""Stages 4 to 6 for all the letters of a run: what nothing changed comes from the store, the rest is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.convert.engine import Engine
from pipeline.files import output_error, quick_folder
from pipeline.french.words import pluriel
from pipeline.model import Anomaly, Document, Fact, Letter, Made, Modele, RowRef
from pipeline.printing.recipe import causes, recipe_of
from pipeline.printing.store import Entry, Store
from pipeline.progress import Progress
from pipeline.render.check.typeface import named_fonts, strangers
from pipeline.render.fields import fields_of
from pipeline.render.reads import kept, lectures_of
from pipeline.settings.config import Config

if TYPE_CHECKING:
    from pipeline.proofread.stage import Reading


@dataclass(frozen=True, slots=True)
class Stock:
    """What former runs left: their PDFs, how their letters were made.

    `refaire` asks to make them all again.
    """

    store: Store
    former: Sequence[Made]
    refaire: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of the letters: a document each, or the reason why not; how each was made.

    `keys` are the entries of the store that the documents use; `notices` tell, in French, what is true of them all;
    `faites` is how many were made and not taken from the store, `causes` why.
    """

    documents: tuple[Document, ...]
    failures: Mapping[RowRef, Anomaly]
    made: Mapping[RowRef, Made]
    keys: tuple[str, ...]
    notices: tuple[str, ...]
    faites: int
    causes: str


def print_letters(
    letters: Sequence[tuple[Letter, Modele]],
    made: Mapping[RowRef, Made],
    engine: Engine,
    work: Path,
    stock: Stock,
    progress: Progress,
) -> Printed:
    """Give each letter its proofread PDF, made with its own template; one that fails costs no other one its own.

    `made` is what each is made from.

    Raises TemplateError when a template cannot be filled, ConversionError when there is not one PDF.
    """
    progress.start("Lettres", len(letters))
    modeles = {letter.row: modele for letter, modele in letters}
    keys = {row: one.recipe.key(one.fields) for row, one in made.items()}
    entries = {} if stock.refaire else {row: entry for row, key in keys.items() if (entry := stock.store.get(key))}
    progress.advance(len(entries))
    missing = {row: one.fields for row, one in made.items() if row not in entries}
    failures: dict[RowRef, Anomaly] = {}
    if missing:
        # Imported here: what makes letters is slow to load, and most runs make none.
        from pipeline.printing.making import failure, make

        def keep(row: RowRef, pdf: Path, reading: Reading) -> None:
            # Kept at once: a run that is killed loses the letter it was at, not those before.
            if reading.is_right:
                entries[row] = stock.store.put(keys[row], pdf, reading.pages, reading.fonts)
            else:
                failures[row] = failure(row, reading)
            progress.advance()

        try:
            with quick_folder(work) as quick:
                make(missing, modeles, engine, quick, keep)
        except OSError as error:
            raise output_error(work, error) from error
        failures |= {row: failure(row, None) for row in missing if row not in entries and row not in failures}
    documents = tuple(_document(letter, entries[letter.row]) for letter, _ in letters if letter.row in entries)
    remade = () if stock.refaire else missing.keys()
    why = causes(made, remade, stock.former)
    progress.done(_told(len(documents), len(missing), why))
    used = tuple(keys[row] for row in entries)
    notices = _notices(set(modeles.values()), entries.values(), stock)
    return Printed(documents, failures, made, used, notices, len(missing), why)


def made_of(letters: Sequence[tuple[Letter, Modele]], config: Config, engine: Engine) -> dict[RowRef, Made]:
    """Return what each letter is made from: what its template reads, and nothing else; the rest cannot touch it."""
    recipes = {modele: recipe_of(modele, engine.version) for modele in {modele for _, modele in letters}}
    read = {modele: lectures_of(modele.fichier) for modele in recipes}
    return {
        letter.row: Made(recipes[modele], kept(fields_of(letter, config), read[modele])) for letter, modele in letters
    }


def _document(letter: Letter, entry: Entry) -> Document:
    return Document(letter, entry.pdf, entry.pages, entry.sha256)


def _told(right: int, remade: int, why: str) -> str:
    """Say how many letters are right, how many of them were made again, and why."""
    because = f" : {why}" if why else ""
    return (
        f"{pluriel(right, 'lettre conforme', 'lettres conformes')}, dont "
        f"{pluriel(remade, 'faite', 'faites')} à ce passage{because}"
    )


def _notices(modeles: Iterable[Modele], entries: Iterable[Entry], stock: Stock) -> tuple[str, ...]:
    """Say what holds for the whole run: fonts that stand in for others, damaged PDFs that were made again."""
    named = {font for modele in modeles for font in named_fonts(modele.fichier)}
    used = {font for entry in entries for font in entry.fonts}
    notices = [
        f"La police « {font} » remplace dans les PDF une police que le gabarit demande et que cet ordinateur n’a pas. "
        "Installez celle du gabarit, puis lancez « mlds produire --refaire »."
        for font in sorted(strangers(named, used))
    ]
    if stock.store.damaged:
        count = pluriel(len(stock.store.damaged), "PDF gardé était abîmé", "PDF gardés étaient abîmés")
        one = len(stock.store.damaged) == 1
        notices.append(Fact(f"{count} : refait à ce passage." if one else f"{count} : refaits."))
    return tuple(notices)
