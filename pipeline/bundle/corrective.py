"""The corrective bundles of a run: which DSDEN needs one, its number; written beside the full ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.bundle.differences import Genre, genre_of, person
from pipeline.bundle.held import Detenu, corriger, detenues
from pipeline.bundle.sheets import Corrected, lot_sheet
from pipeline.bundle.waiting import Attente
from pipeline.bundle.writing import write_lot
from pipeline.journal.letters import Etat, Passe, last_states, lettres_of, note_templates
from pipeline.journal.opening import Journal
from pipeline.journal.published import Numbered, last_numbered, left_numbers, never_left, unplaced
from pipeline.journal.runs import last_letters
from pipeline.journal.sendings import Envoi, envois_in, first_departures
from pipeline.journal.sent import Version, partis_in
from pipeline.model import Document, Lot, Made, Retrait, Vacancy, montant_total
from pipeline.names import ENVOYES, corrective_name, dsden_of, number_of, uai_of
from pipeline.printing.pairing import paired
from pipeline.settings.config import Config

RENVOYEE = "renvoyée"
"""What is said of a letter that changed nothing, but that may never have arrived."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """All the letters that a DSDEN is to have: named as in its full bundle, in order, how each was made.

    `vacancies` are its vacant posts.
    """

    dsden: str
    documents: tuple[Document, ...] = ()
    members: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()
    vacancies: tuple[Vacancy, ...] = ()

    @property
    def etat(self) -> Etat:
        """Return the same as it is compared with an earlier state."""
        return Etat(self.made, {one.etablissement.uai: one.etablissement.nom for one in self.vacancies})

    @property
    def contents(self) -> dict[str, str]:
        """Return the digest of what each letter says, by file."""
        return {name: made.contenu for name, made in zip(self.members, self.made, strict=True)}


@dataclass(frozen=True, slots=True)
class _Lien:
    """What became of a letter: its former file, its present one, in words."""

    avant: str
    apres: str
    genre: Genre | None


def rectificatif_of(held: Detenu, wanted: Ensemble, attente: Attente) -> Corrected | None:
    """Return what corrects all that a DSDEN may hold, None when there is nothing to correct."""
    liens = tuple(_liens(held, wanted))
    renamed = {one.avant for one in liens if one.avant and one.apres and one.genre is not Genre.REMPLACEE}
    correction = corriger(
        held,
        wanted.contents,
        lambda version: version.fichier not in renamed and attente.may_be(version.made.fields),
    )
    if not correction:
        return None
    changes = {one.apres: one.genre.value if one.genre else RENVOYEE for one in liens if one.apres}
    replaced = {one.apres: one.avant for one in liens if one.apres and one.avant}
    versions = {one.fichier: one for one in held.versions}
    kept = versions.keys() - wanted.contents.keys() - set(correction.a_retirer) - set(replaced.values())
    waiting = [name for name in kept if None not in held.of(name)]
    return Corrected(
        {name: changes[name] for name in correction.a_envoyer},
        tuple(_retrait(versions[name], liens) for name in correction.a_retirer),
        {name: replaced[name] for name in correction.a_envoyer if name in replaced},
        len(waiting),
    )


def _liens(held: Detenu, wanted: Ensemble) -> Iterator[_Lien]:
    versions = held.versions
    now, before = wanted.etat, Etat(tuple(one.made for one in versions), held.dernier.vacants if held.dernier else {})
    for pair in paired([one.fields for one in now.lettres], [one.fields for one in before.lettres]):
        avant = "" if pair.before is None else versions[pair.before].fichier
        apres = "" if pair.now is None else wanted.members[pair.now]
        yield _Lien(avant, apres, genre_of(pair, now, before))


def _retrait(version: Version, liens: tuple[_Lien, ...]) -> Retrait:
    """Say why a file is withdrawn: its letter is gone, or stands in another file now."""
    fields = version.made.fields
    lien = next(one for one in liens if one.avant == version.fichier)
    motif = lien.genre.value if lien.genre else Genre.RETIREE.value
    return Retrait(
        version.fichier, uai_of(version.fichier), fields["etablissement"]["nom"], person(fields), motif, lien.apres
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """What former runs and sendings left.

    What each DSDEN may hold (`anywhere`: whatever its mailbox was then), the last corrective bundle that was made for
    it, the highest number that left or may have, what the last run about it found, and when each content that left did
    (by sha256). `never_left` are the bundles of drafts that were not sent, `unplaced` those that nothing says were set
    aside, `letters` those of the last bundle of each DSDEN, `envois` all the sendings.
    """

    sent: Mapping[str, Detenu]
    anywhere: Mapping[str, Detenu]
    numbered: Mapping[str, Numbered]
    left: Mapping[str, int]
    never_left: frozenset[str]
    passes: tuple[Passe, ...]
    gone: Mapping[str, date]
    unplaced: Mapping[str, str]
    letters: tuple[Made, ...]
    envois: tuple[Envoi, ...]


def read_past(journal: Journal, config: Config, gabarits: Mapping[str, str]) -> Past:
    """Read what former runs left in the journal, which learns first what the templates of today say.

    `gabarits` gives that as a digest, by the sha256 of their files. Raises OutputError.
    """
    note_templates(journal, gabarits)
    known = journal.connection
    lettres = lettres_of(known)
    return Past(
        detenues(partis_in(known, config.boites, lettres)), detenues(partis_in(known, {}, lettres)),
        last_numbered(known), left_numbers(known), never_left(known), last_states(known, lettres),
        first_departures(known), unplaced(known), last_letters(known, lettres), envois_in(known),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Correctives:
    """The corrective bundles that were written, and the DSDEN whose former one still stands: it left, but not whole."""

    lots: tuple[Lot, ...]
    standing: frozenset[str]


def write_correctives(
    wanted: Sequence[Ensemble], full: Mapping[str, str], past: Past, attente: Attente, config: Config, folder: Path
) -> Correctives:
    """Write one zip in `folder` for each DSDEN that received something and may not hold what it is to have.

    `full` gives the sha256 of today's full bundle by DSDEN. What left last and would be enough, had all of it arrived,
    is not made again under another name: `mlds envoyer` finishes it, or asks. Raises OutputError.
    """
    lots, standing = [], set[str]()
    for ensemble in wanted:
        held = past.sent.get(ensemble.dsden)
        if held is None or not held.accepte:
            continue
        content, last = rectificatif_of(held, ensemble, attente), past.numbered.get(ensemble.dsden)
        if content is None:
            continue
        is_there = _is_being_sent(held, full.get(ensemble.dsden, ""), last, config)
        if is_there and rectificatif_of(held.all_of_last(), ensemble, attente) is None:
            standing.add(ensemble.dsden)
        else:
            lots.append(_write(content, ensemble, _next_number(ensemble.dsden, past, config), config, folder))
    return Correctives(tuple(lots), frozenset(standing))


def _is_being_sent(held: Detenu, full: str, last: Numbered | None, config: Config) -> bool:
    """Return whether the last lot that left is still there to be finished: today's full one, or a corrective one."""
    if held.dernier is None or held.dernier.complet:
        return held.dernier is not None and held.dernier.sha256 == full
    return (
        last is not None
        and last.sha256 == held.dernier.sha256
        and (config.dossier_lots / last.fichier).is_file()
    )  # fmt: skip


def _next_number(dsden: str, past: Past, config: Config) -> int:
    """Return the number after the highest that left or may have: a DSDEN receives 1, 2, 3…, whatever was made between.

    What lies in `lots/envoyes/` left, even where the journal is an older copy, unless it was a draft that was not sent.
    """
    kept = [path.name for path in (config.dossier_lots / ENVOYES).glob("*.zip")]
    gone = [name for name in kept if dsden_of(name) == dsden and f"{ENVOYES}/{name}" not in past.never_left]
    return 1 + max([past.left.get(dsden, 0), *map(number_of, gone)])


def _write(content: Corrected, ensemble: Ensemble, numero: int, config: Config, folder: Path) -> Lot:
    named = list(zip(ensemble.members, ensemble.documents, strict=True))
    brought = [(name, document) for name, document in named if name in content.changes]
    lot = Lot(
        ensemble.dsden,
        config.dossier_lots / corrective_name(ensemble.dsden, config.campagne.annee_scolaire, numero),
        tuple(document for _, document in brought),
        0,
        "",
        tuple(name for name, _ in brought),
        numero,
        content.retraits,
        len(named),
    )
    sheet = lot_sheet(config, ensemble.dsden, named, ensemble.vacancies, content)
    told_of = {
        name: {"changement": changement, "remplace": content.replaced.get(name, "")}
        for name, changement in content.changes.items()
    }
    return write_lot(lot, sheet, config, folder, _told(lot, ensemble, content), told_of)


def _told(lot: Lot, ensemble: Ensemble, content: Corrected) -> dict[str, object]:
    """Return what the manifest of a corrective bundle says besides: enough for a machine to apply it."""
    total = montant_total(document.letter for document in ensemble.documents)
    return {
        "genre": "rectificatif",
        "numero": lot.numero,
        "ensemble": {"lettres": lot.ensemble, "montant_total": f"{total:.2f}"}
        | ({"en_attente": content.waiting} if content.waiting else {}),
        "etablissements": _schools(lot, content),
        "retirees": [
            {"nom": one.fichier, "motif": one.motif, "remplacee_par": one.remplacee_par} for one in lot.retraits
        ],
    }


def _schools(lot: Lot, content: Corrected) -> list[dict[str, str]]:
    """Return the schools of which something changes, by number, each with what became of its letters."""
    gone = [(one.uai, one.etablissement, one.motif) for one in lot.retraits if not one.remplacee_par]
    schools = [document.letter.etablissement for document in lot.documents]
    brought = [(one.uai, one.nom, content.changes[name]) for one, name in zip(schools, lot.members, strict=True)]
    names, said = dict[str, str](), defaultdict[str, list[str]](list)
    for uai, nom, what in (*gone, *brought):  # what is brought has today's name
        names[uai] = nom
        said[uai].append(what)
    return [{"uai": uai, "nom": names[uai], "changement": _counted(said[uai])} for uai in sorted(names)]


def _counted(words: Sequence[str]) -> str:
    return ", ".join(f"{word} ({count})" if count > 1 else word for word, count in Counter(words).items())
