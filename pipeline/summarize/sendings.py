"""What rapport.html says of the sendings, from the journal alone: passages that can be written again. Pure."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from markupsafe import Markup

from pipeline.errors import OutputError
from pipeline.files import output_error, published
from pipeline.french.signs import unbreakable
from pipeline.french.words import jour, listed, moment, pluriel
from pipeline.journal.opening import Journal
from pipeline.journal.published import known_files, measured, publication, record_files
from pipeline.journal.runs import lots_in
from pipeline.journal.sendings import Envoi, Etat, envois_in
from pipeline.journal.sent import AnyBundle, Suivi, suivi, vers
from pipeline.journal.witness import NOT_WRITTEN

_PASSAGE = re.compile(r"<!--envoi:(\w+)-->.*?<!--/envoi-->", re.DOTALL)
"""A passage, between marks that no cell can write: its « < » is escaped."""
_WHEN, _NEXT = "quand", "suite"


class Stade(StrEnum):
    """How far a bundle has come, as the page colours it."""

    ENVOYE = "envoye"
    ATTENTE = "attente"
    INCERTAIN = "incertain"
    BROUILLON = "brouillon"


@dataclass(frozen=True, slots=True)
class Acheminement:
    """What is known of the sending of a bundle, in a French sentence."""

    stade: Stade
    phrase: str


def acheminements_of(
    lots: Iterable[AnyBundle], envois: Sequence[Envoi], boites: Mapping[str, str]
) -> dict[str, Acheminement]:
    """Return by DSDEN what the journal's sendings say of its bundle: of the corrective one, where there is one.

    `boites` are the mailboxes that config.toml gives now.
    """
    last = {lot.dsden: lot for lot in sorted(lots, key=lambda lot: lot.numero)}
    known = {dsden: _known(lot, envois, boites.get(dsden, "")) for dsden, lot in last.items()}
    return {dsden: _acheminement(one, boites.get(dsden, "")) for dsden, one in known.items()}


def _known(lot: AnyBundle, envois: Sequence[Envoi], boite: str) -> Suivi:
    """Return what is known of a bundle; of what was sent last, where a full one has nothing to add to that."""
    own = [one for one in vers(envois, lot.dsden, boite)[0] if one.etat.parti]
    nothing_to_add = not lot.numero and any(one.etat is Etat.ENVOYE for one in own)
    return suivi(envois, lot.dsden, own[-1].lot_sha256 if nothing_to_add else lot.sha256, boite)


def _acheminement(known: Suivi, boite: str) -> Acheminement:
    parts = len(known.decoupe.split("+"))
    if known.incertains:
        since = max(one.etat_le for one in known.incertains.values())
        if known.en_brouillon:
            return Acheminement(Stade.BROUILLON, f"brouillon du {moment(since)} : s’il a été envoyé, notez-le")
        return Acheminement(
            Stade.INCERTAIN, f"incertain depuis le {moment(since)} : demandez à la DSDEN si elle l’a reçu"
        )
    if known.envoyes:
        last = max(known.envoyes.values(), key=lambda one: one.etat_le)
        if known.parti:
            split = f", en {pluriel(parts, 'message')}" if parts > 1 else ""
            return Acheminement(Stade.ENVOYE, f"envoyé le {moment(last.etat_le)}{split}")
        gone = f"{pluriel(len(known.envoyes), 'message')} sur {parts}"
        return Acheminement(Stade.ATTENTE, f"envoyé en partie : {gone}, le {moment(last.etat_le)}")
    if known.remplace:
        return Acheminement(Stade.ATTENTE, f"pas encore envoyé ; il corrige l’envoi du {jour(known.remplace)}")
    if elsewhere := known.ailleurs:
        where = f"parti à une autre adresse, {elsewhere.adresse}, le {jour(elsewhere.etat_le)}"
        return Acheminement(Stade.ATTENTE, f"pas encore envoyé à {boite} ; {where}")
    return Acheminement(Stade.ATTENTE, "pas encore envoyé")


def passages(known: Mapping[str, Acheminement], when: datetime) -> dict[str, Markup]:
    """Return the passages of the page by name: one a DSDEN, the date of what they say, and what to do next."""
    told = {
        code: Markup('<span class="etat {}">{}</span>').format(one.stade.value, unbreakable(one.phrase))
        for code, one in known.items()
    }
    said = {_WHEN: f"État des envois le {moment(when)}.", _NEXT: unbreakable(_next(known))}
    texts = told | {name: Markup.escape(text) for name, text in said.items()}
    return {name: Markup("<!--envoi:{}-->{}<!--/envoi-->").format(name, text) for name, text in texts.items()}


def _next(known: Mapping[str, Acheminement]) -> str:
    """Say what there is to do about the bundles."""
    total = len(known)
    uncertain = sorted(code for code, one in known.items() if one.stade is Stade.INCERTAIN)
    sent = sum(one.stade is Stade.ENVOYE for one in known.values())
    if uncertain:
        whose = f"la DSDEN {uncertain[0]}" if len(uncertain) == 1 else f"les DSDEN {listed(uncertain)}"
        return f"Un envoi est incertain pour {whose} : demandez s’il est arrivé avant d’envoyer de nouveau."
    if drafts := sorted(code for code, one in known.items() if one.stade is Stade.BROUILLON):
        return (
            f"{'Un brouillon attend' if len(drafts) == 1 else 'Des brouillons attendent'} (DSDEN {listed(drafts)}) : "
            "une fois envoyés, notez-le avec « mlds envoyer --deja-envoye »."
        )
    if sent == total:
        return "Le lot est envoyé." if total == 1 else f"Les {pluriel(total, 'lot')} sont envoyés."
    if sent:
        verb = "est envoyé" if sent == 1 else "sont envoyés"
        return f"{pluriel(sent, 'lot')} sur {total} {verb} : « mlds envoyer » montre ce qui reste à envoyer."
    ready = "Le lot est prêt et n’est" if total == 1 else f"Les {pluriel(total, 'lot')} sont prêts et ne sont"
    return f"{ready} pas encore {'envoyé' if total == 1 else 'envoyés'} : « mlds envoyer » montre ce qui partirait."


def dsden_told(page: str) -> set[str]:
    """Return the codes of the DSDEN whose sending a page describes."""
    return set(_PASSAGE.findall(page)) - {_WHEN, _NEXT}


def told_again(page: str, known: Mapping[str, Acheminement], when: datetime) -> str:
    """Return the page with what is known now; the page itself when it says so already, whenever that was."""
    new = passages(known, when)

    def without_date(match: re.Match[str]) -> str:
        return match[0] if match[1] == _WHEN else str(new.get(match[1], match[0]))

    if _PASSAGE.sub(without_date, page) == page:
        return page
    return _PASSAGE.sub(lambda match: str(new.get(match[1], match[0])), page)


_PAGE = "rapport.html"


def tell_sendings(journal: Journal, boites: Mapping[str, str], work: Path, when: datetime) -> None:
    """Bring the page up to date with the journal; the caller holds the folder, `work` is its working folder.

    A page that is not the one that was published is left as it is: writing it again would make it pass for ours. Raises
    OutputError.
    """
    path, known = journal.path.with_name(_PAGE), journal.connection
    try:
        if not path.is_file() or known_files(known).get(_PAGE) != measured(path, _PAGE):
            return
        page = path.read_bytes().decode()
        codes = dsden_told(page)
        lots = [lot for lot in lots_in(known) if lot.dsden in codes]
        again = told_again(page, acheminements_of(lots, envois_in(known), boites), when)
        if again == page:
            return
        (work / _PAGE).write_bytes(again.encode())
    except OSError as error:
        raise output_error(path, error) from error
    except sqlite3.Error as error:
        raise OutputError(f"{journal.path} : {NOT_WRITTEN}") from error
    moves = [(work / _PAGE, path)]
    files = publication(moves, path.parent, work)
    with published(moves, work / "page"), journal.saving() as connection:
        record_files(connection, files, when)
