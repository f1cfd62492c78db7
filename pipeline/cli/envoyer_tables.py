"""What `mlds envoyer` shows: the table of what would leave, what to type next, what became of each message."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.campaign.sending import EXEMPLE
from pipeline.cli.message_codes import coded
from pipeline.cli.screen import Terminal
from pipeline.cli.usage import options_typed
from pipeline.errors import ExitCode
from pipeline.files import short
from pipeline.french.words import euros, jour, listed, moment, octets, pluriel
from pipeline.journal.copied import Lieu
from pipeline.journal.sendings import Etat
from pipeline.journal.witness import brouillon_a_dire
from pipeline.send.faults import Issue, a_demander, plus_petit
from pipeline.send.stage import Retenue
from pipeline.settings.fields import one_line

if TYPE_CHECKING:
    from pipeline.campaign.sending import Copies
    from pipeline.journal.sendings import Envoi
    from pipeline.send.delivery import Delivery
    from pipeline.send.message import Message, Outline
    from pipeline.send.stage import Demande, Pli

_TO_REMAKE = {
    Retenue.REFAIRE: (
        "vous avez dit ce qu’est devenu un message d’avant. Lancez « mlds produire », qui en tient compte ; rien ne "
        "part pour elle d’ici là."
    ),
    Retenue.BROUILLON: (
        "ce rectificatif suit un brouillon dont personne n’a dit s’il a été envoyé. Dites-le, puis lancez « mlds "
        "produire » ; rien ne part pour elle d’ici là."
    ),
}
_HEADERS = ("DSDEN", "Adresse, objet, état", "Lettres", "Montant", "Taille")


def show_plis(plis: Sequence[Pli], demande: Demande, terminal: Terminal) -> None:
    """Show what each DSDEN is to receive: address, subject, letters, euros, size, parts, and what left already.

    The total is of what would leave.
    """
    due = [message for pli in plis for message in pli.dus]
    letters, total = str(sum(one.letters for one in due)), euros(sum((one.montant for one in due), Decimal(0)))
    what = "de ce qui est à noter" if demande.deja_envoye else "de ce qui partirait"
    rows = [*(_row(pli, demande) for pli in plis), ["Total", what, letters, total, _size(due, "message")]]
    if demande.brouillons:  # each draft will be read before it is sent: a line says enough of it
        for pli in plis:
            count, address = pluriel(pli.bundle.letters, "lettre"), _whom(pli.messages[0])
            amount, state = euros(pli.bundle.montant_total), _state(pli, demande)
            if made := pli.bundle.non_refait:
                state = f"lot du {jour(made)}, non refait au dernier passage, {state}"
            terminal.say(f"DSDEN {pli.bundle.dsden} : {count}, {amount}, pour {address} ; {state}.")
    else:
        terminal.table(_HEADERS, rows, right=(2, 3, 4), lines=True)
    for pli in plis:
        if pli.attente and not demande.essai:
            terminal.say(
                f"DSDEN {pli.bundle.dsden} : un brouillon attend. Dites-le : {brouillon_a_dire([pli.bundle.dsden])}."
            )
        elif _uncertain(pli, demande):
            terminal.say(
                f"DSDEN {pli.bundle.dsden} : un message est peut-être arrivé, et ne repartira pas de lui-même ; "
                f"{a_demander(pli.bundle.dsden)}."
            )
        if pli.retenue in _TO_REMAKE:
            terminal.say(f"DSDEN {pli.bundle.dsden} : {_TO_REMAKE[pli.retenue]}")
        elif pli.retenue:
            terminal.say(
                f"DSDEN {pli.bundle.dsden} : une partie de ce lot est partie, ou peut-être, et les autres ont changé "
                "depuis : « limite_mo » ou le texte des messages n’est plus le même. Rien ne part pour elle. Pour lui "
                f"envoyer de nouveau tout le lot : « mlds envoyer --confirmer --renvoyer {pli.bundle.dsden} »."
            )
    _show_what_complet_leaves(plis, demande, terminal)


def _show_what_complet_leaves(plis: Sequence[Pli], demande: Demande, terminal: Terminal) -> None:
    """Say how a full bundle that left already leaves again: --complet alone sends nothing twice."""
    gone = [pli.bundle.dsden for pli in plis if demande.complet and pli.suivi.envoyes and not pli.dus]
    if gone:
        whose = f"DSDEN {listed(gone)} : le lot complet y est déjà parti, tel qu’il est."
        again = " ".join(f"--dsden {code} --renvoyer {code}" for code in gone)
        terminal.say(f"{whose} Pour l’envoyer de nouveau : « mlds envoyer --complet --confirmer {again} ».")


def _row(pli: Pli, demande: Demande) -> list[str]:
    first = pli.messages[0]
    what = [_whom(first), first.subject, f"→ {_state(pli, demande)}"]
    if made := pli.bundle.non_refait:
        what.insert(2, f"lot du {jour(made)}, non refait au dernier passage")
    size = _size(pli.messages, "partie" if len(pli.messages) > 1 else "message")
    return [pli.bundle.dsden, "\n".join(what), str(pli.bundle.letters), euros(pli.bundle.montant_total), size]


def _whom(message: Message | Outline) -> str:
    """Return « a@exemple.fr, copie à b@exemple.fr »."""
    copies = f", copie à {listed(message.copies)}" if message.copies else ""
    return ", ".join(message.recipients) + copies


def _size(messages: Sequence[Outline], noun: str) -> str:
    return f"{octets(sum(message.size for message in messages))}\n{pluriel(len(messages), noun)}"


def _uncertain(pli: Pli, demande: Demande) -> bool:
    """Return whether a bundle waits for someone to say that it may leave again."""
    due = {message.part for message in pli.dus}
    return not demande.essai and bool(pli.suivi.incertains.keys() - due)


def _state(pli: Pli, demande: Demande) -> str:
    known = pli.suivi
    gone = [*known.envoyes.values(), *known.incertains.values()]
    if demande.essai:
        return "à envoyer, pour essai"
    if demande.deja_envoye and pli.dus:
        return "à noter comme envoyé à la main"
    if known.en_brouillon and demande.brouillons and pli.dus:
        return "brouillon à refaire"
    if _uncertain(pli, demande):
        since = max(one.etat_le for one in known.incertains.values())
        return f"{'en brouillon' if known.en_brouillon else 'incertain'} depuis le {jour(since)}"
    if pli.retenue:
        return f"retenu : {pli.retenue}"
    if gone and pli.bundle.dsden in demande.renvoyer:
        return "à envoyer de nouveau, à votre demande"
    if not pli.dus and not known.envoyes:
        left = pli.detenu.dernier
        what = "l’envoi du" if left and left.certain else "le message peut-être parti le"
        return "rien de nouveau à envoyer" + (f" depuis {what} {jour(left.quand)}" if left else "")
    if not pli.dus:
        last = max(known.envoyes.values(), key=lambda one: one.etat_le)
        return f"déjà envoyé le {jour(last.etat_le)}"
    if gone:
        return f"à envoyer : il manque {pluriel(len(pli.dus), 'partie')} sur {len(pli.messages)}"
    if pli.bundle.numero:
        return f"à envoyer : {_corrects(pli)}"
    if known.ailleurs:
        return f"à envoyer : parti à une autre adresse, {known.ailleurs.adresse}, le {jour(known.ailleurs.etat_le)}"
    return f"à envoyer : corrige l’envoi du {jour(known.remplace)}" if known.remplace else "à envoyer"


def _corrects(pli: Pli) -> str:
    """Tell what a corrective bundle brings: « 3 lettres sur 14, 1 retirée »."""
    bundle = pli.bundle
    brought = f"{pluriel(bundle.letters, 'lettre')} sur {bundle.ensemble}"
    return brought + (f", {pluriel(bundle.retirees, 'retirée')}" if bundle.retirees else "")


def show_what_to_type(count: int, demande: Demande, exemple: bool, terminal: Terminal) -> None:
    """Tell that this was a look, and the command that would send; invented people of the example have none."""
    if exemple:
        terminal.say(EXEMPLE)
        return
    them = "ce message" if count == 1 else f"ces {pluriel(count, 'message')}"
    terminal.say(f"Rien n’a été envoyé. Pour envoyer {them} : « {demande.confirmation}{options_typed()} ».")


def show_nothing_due(plis: Sequence[Pli], demande: Demande, terminal: Terminal) -> ExitCode:
    """Tell that no message may leave; return 0, unless one was to leave that waits for someone's word."""
    if demande.deja_envoye:
        terminal.say("Rien n’est à noter : le journal sait déjà ce qui est parti.")
        return ExitCode.OK
    doubts = any(_uncertain(pli, demande) or pli.retenue for pli in plis)
    terminal.say("Rien d’autre n’est à envoyer." if doubts else "Rien n’est à envoyer : tout est déjà parti.")
    return ExitCode.MAIL if doubts and demande.sends else ExitCode.OK


def show_drafts(drafts: Sequence[Path], dsden: Sequence[str], terminal: Terminal) -> None:
    """Say where the drafts are, that they are for a person to send, and what to type afterwards."""
    what = "ouvrez-le" if len(drafts) == 1 else "ouvrez chacun"
    terminal.say(
        f"{pluriel(len(drafts), 'brouillon')} dans « {short(drafts[0].parent)} » : {what} dans votre messagerie, "
        f"relisez, envoyez. Rien n’a été envoyé. Ensuite, dites-le au programme : {brouillon_a_dire(dsden)}."
        if dsden
        else f"{pluriel(len(drafts), 'brouillon')} dans « {short(drafts[0].parent)} ». {EXEMPLE}"
    )


QUESTION_ICI = "L’ancien dossier ne sert plus, et les envois partent désormais d’ici ?"


def copied(former: Lieu) -> str:
    """Say that the campaign's folder was copied or moved, and what may come of it."""
    return (
        f"Ce dossier a été copié ou déplacé : la campagne a servi jusqu’ici sur l’ordinateur « {former.ordinateur} », "
        f"dans « {former.dossier} ». Si elle y sert encore, ce qui en part n’est pas connu ici : une DSDEN recevrait "
        "deux fois les mêmes lettres."
    )


def question_by_hand(sent: Sequence[Pli]) -> str:
    """Ask whether messages were sent by hand: which, and to whom."""
    count = sum(len(pli.dus) for pli in sent)
    what = "ce message a été envoyé" if count == 1 else f"ces {pluriel(count, 'message')} ont été envoyés"
    boxes = ", ".join(dict.fromkeys(address for pli in sent for one in pli.dus for address in one.everybody))
    return f"Noter dans le journal que {what} à la main, à {boxes} ?"


def question_of(message: Envoi, *, sent: bool) -> str:
    """Ask whether one message was sent, or not: when it was written, how many letters, for whom."""
    split, when = message.decoupe.split("+"), message.etat_le
    part = f", partie {message.part} sur {len(split)}" if len(split) > 1 else ""
    what = "le brouillon" if message.brouillon else "le message incertain"
    letters = pluriel(int(split[message.part - 1]), "lettre")
    whose = f"{what} du {moment(when)} pour la DSDEN {message.dsden} ({letters}{part})"
    return f"Noter comme {'envoyé' if sent else 'non envoyé'} : {whose} ?"


def show_settled(message: Envoi, terminal: Terminal, *, sent: bool) -> None:
    """Say what becomes of a message from now on."""
    after = "il compte comme envoyé" if sent else "il ne compte pas comme envoyé"
    terminal.say(f"✔ DSDEN {message.dsden} : noté, {after}.")


def show_noted(sent: Sequence[Pli], terminal: Terminal) -> None:
    """Tell what counts as sent from now on."""
    for pli in sent:
        terminal.say(
            f"✔ DSDEN {pli.bundle.dsden} : noté. Ce lot compte comme envoyé : il est gardé, et « mlds produire » fera "
            "un rectificatif de ce qui changera."
        )


def show_deliveries(
    deliveries: Iterable[Delivery], plis: Sequence[Pli], demande: Demande, terminal: Terminal
) -> list[Delivery]:
    """Tell what becomes of each message as it is known, then what that comes to; return what became of them."""
    count = sum(len(pli.dus) for pli in plis)
    terminal.start("Envoi", count)
    seen = []
    begun = {pli.bundle.dsden for pli in plis if pli.suivi.envoyes or pli.suivi.incertains}
    for delivery in deliveries:
        seen.append(delivery)
        terminal.advance()
        if delivery.faute:
            terminal.say(coded(f"✘ {_where(delivery.message)} : {_fault(delivery, demande, begun)}."))
        else:
            begun.add(delivery.message.dsden)
            terminal.say(f"✔ {_where(delivery.message)} : pris par le serveur pour {_whom(delivery.message)}.")
    sent = sum(delivery.etat is Etat.ENVOYE for delivery in seen)
    terminal.done(f"{pluriel(sent, 'message')} sur {count}", well=sent == count)
    if len(seen) < count:
        terminal.say(f"Pas tenté, car le serveur ne prend plus rien : {pluriel(count - len(seen), 'message')}.")
    if demande.essai:
        terminal.say(f"C’était un essai, pour {demande.essai} seul : rien n’est compté comme envoyé.")
    elif sent + sum(delivery.etat is Etat.INCERTAIN for delivery in seen) < count:
        terminal.say("Ce qui n’est pas parti partira avec la même commande, une fois la cause corrigée.")
    return seen


def exit_code_of(delivered: Sequence[Delivery], plis: Sequence[Pli], demande: Demande) -> ExitCode:
    """Return 0 when every bundle asked for has left whole."""
    left = sum(one.etat is Etat.ENVOYE for one in delivered) == sum(len(pli.dus) for pli in plis)
    waiting = any(_uncertain(pli, demande) or pli.retenue for pli in plis)
    return ExitCode.OK if left and not waiting else ExitCode.MAIL


def show_copies(copies: Copies, terminal: Terminal) -> None:
    """Tell where the sender's own copies are, or why some are missing; what left has left all the same."""
    where = "dans votre dossier des messages envoyés" if copies.by_imap else "dans votre boîte"
    fault = one_line(copies.fault)
    if copies.kept and fault:
        shelf = "« Envoyés »" if copies.by_imap else "votre boîte"
        only = f"{pluriel(copies.kept, 'copie')} seulement sur {copies.wanted} dans {shelf}"
        terminal.say(f"Les messages sont partis, mais {only} : {fault}.")
    elif fault:
        terminal.say(f"Les messages sont partis, mais sans copie {where} : {fault}.")
    else:
        terminal.say(f"{pluriel(copies.wanted, 'copie')} {where}.")


def _where(message: Message) -> str:
    part = f", partie {message.part}/{message.parts}" if message.parts > 1 else ""
    return f"DSDEN {message.dsden}{part}"


def _fault(delivery: Delivery, demande: Demande, begun: Collection[str]) -> str:
    """Return what became of a message; `begun` are the DSDEN of whose bundle some part left."""
    faute = delivery.faute
    assert faute is not None
    if demande.essai and faute.issue in (Issue.MESSAGE, Issue.INCERTAINE):
        faute = faute.with_remedy("vérifiez l’adresse de l’essai, puis relancez-le")
    elif not demande.essai and faute.issue is Issue.LOT and delivery.message.dsden in begun:
        faute = plus_petit(faute, delivery.message.dsden)
    return f"après {delivery.essais} essais, {faute.phrase}" if delivery.essais > 1 else faute.phrase
