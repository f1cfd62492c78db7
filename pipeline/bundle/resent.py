"""Letters that were sent and would be sent again though no row changed: another template, other settings. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.bundle.differences import details_of
from pipeline.bundle.held import Detenu
from pipeline.french.words import jour, listed, pluriel
from pipeline.journal.sent import Version
from pipeline.model import Made
from pipeline.printing.pairing import Lien, changed, leaves, name_of, paired, school_of
from pipeline.printing.recipe import CAUSES
from pipeline.uai import departement_of


@dataclass(frozen=True, slots=True)
class Refonte:
    """How many letters that were sent would be made again, of which DSDEN, what changed in them, since when.

    `sures` says whether all were sent for certain; `gabarits` are their former templates, by sha256, where these say
    something else.
    """

    lettres: int
    dsden: tuple[str, ...]
    quoi: tuple[str, ...]
    depuis: datetime
    gabarits: tuple[str, ...]
    sures: bool

    @property
    def phrase(self) -> str:
        """Return « 12 lettres déjà envoyées (DSDEN 77) seraient refaites et renvoyées sans que… »."""
        count = pluriel(self.lettres, "lettre déjà envoyée", "lettres déjà envoyées")
        verb = "serait refaite et renvoyée" if self.lettres == 1 else "seraient refaites et renvoyées"
        whose = f"(DSDEN {listed(self.dsden)})"
        which = f"{count} {whose}" if self.sures else f"{count}, ou peut-être {whose},"
        return (
            f"{which} {verb} sans que le classeur ait changé pour elles. "
            f"Ce qui a changé depuis l’envoi du {jour(self.depuis)} : {', '.join(self.quoi)}."
        )


def refonte_of(made: Sequence[Made], sent: Mapping[str, Detenu], last: Sequence[Made]) -> Refonte | None:
    """Return what the template and the settings alone would send again; None for nothing.

    `last` are the letters of the last run: what it made in the same way was agreed to then.
    """
    agreed = {(school_of(one.fields), name_of(one.fields)): one for one in last}
    own: defaultdict[str, list[Made]] = defaultdict(list)
    for one in made:
        own[departement_of(school_of(one.fields))].append(one)
    found = [pair for dsden, held in sent.items() for pair in _remade(own[dsden], held, agreed)]
    if not found:
        return None
    return Refonte(
        len(found),
        tuple(sorted({departement_of(school_of(now.fields)) for now, _ in found})),
        tuple(dict.fromkeys(what for now, before in found for what in _what(now, before.made))),
        max(before.envoyee_le for _, before in found),
        tuple(sorted({one.made.recipe.gabarit for now, one in found if one.made.recipe.says != now.recipe.says})),
        all(None not in sent[departement_of(school_of(now.fields))].of(one.fichier) for now, one in found),
    )


def _remade(
    now: Sequence[Made], held: Detenu, agreed: Mapping[tuple[str, str], Made]
) -> Iterator[tuple[Made, Version]]:
    """Yield each letter whose row changed nothing, and that says something else than what was sent."""
    versions = held.versions
    for pair in paired([one.fields for one in now], [one.made.fields for one in versions]):
        if pair.now is None or pair.before is None or pair.lien is not Lien.MEME:
            continue
        ours, theirs = now[pair.now], versions[pair.before]
        last = agreed.get((school_of(ours.fields), name_of(ours.fields)))
        told = {one.contenu for one in held.of(theirs.fichier) if one}
        if ours.contenu not in told and not _of_row(ours, theirs.made) and not (last and _same_form(ours, last)):
            yield ours, theirs


def _of_row(now: Made, before: Made) -> bool:
    """Return whether a field that the workbook gives is another one."""
    return any(path[0] in CAUSES and path[0] != "remplace" for path in changed(now.fields, before.fields))


def _same_form(now: Made, last: Made) -> bool:
    """Return whether two letters have the same template and settings."""
    return now.recipe.says == last.recipe.says and _settings(now) == _settings(last)


def _settings(made: Made) -> dict[tuple[str, ...], object]:
    return {path: text for path, text in leaves(made.fields).items() if path[0] not in CAUSES}


def _what(now: Made, before: Made) -> Iterator[str]:
    if now.recipe.says != before.recipe.says:
        yield "gabarit"
    yield from (one.champ for one in details_of(changed(now.fields, before.fields), now.fields, before.fields))
