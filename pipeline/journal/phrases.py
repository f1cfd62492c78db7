"""What is said of a journal that cannot be used, and how to go on, in French."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.french.words import listed
from pipeline.journal.witness import Tenue

REPRENDRE = "mlds journal --reprendre"
UNTOUCHED = "Les lots et les rapports du passage précédent sont intacts."
_HOW = (
    f"ancez « {REPRENDRE} » : la copie de sauvegarde (journal.sauvegarde.sqlite) est remise à sa place si elle est à "
    "jour ; sinon, un journal est refait d’après les lots, et rien ne repart sans votre accord."
)
_GO_ON, _OR = f"L{_HOW}", f"ou l{_HOW}"
NOT_WRITTEN = (
    "impossible d’écrire le journal. Vérifiez l’espace libre et vos droits sur ce dossier, et qu’aucun autre programme "
    "n’a ouvert ce fichier. Puis relancez la commande."
)
LATER = "ce journal vient d’une version plus récente du programme. Mettez le programme à jour."
DAMAGED = f"le journal est abîmé. {_GO_ON}"
MISSING = (
    f"le journal a disparu, alors que la campagne a commencé : personne ne saurait plus ce qui est parti. {_GO_ON}"
)
NOTHING_YET = "rien n’a encore été produit. Lancez « mlds produire »."
_UNFIT = {
    Tenue.ABIMEE: DAMAGED,
    Tenue.ANCIENNE: (
        "ce journal est une ancienne copie : il ne sait pas tout ce qui a été fait, ni peut-être tout ce qui est "
        f"parti. Remettez le plus récent, {_OR}"
    ),
    Tenue.AUTRE: f"ce journal est celui d’une autre campagne. Remettez le bon à sa place, {_OR}",
    Tenue.SANS_TEMOIN: (
        "le témoin du journal (journal.temoin) a disparu ou est abîmé, et rien d’autre ne dit que ce journal est le "
        f"plus récent. Remettez ce fichier, {_OR}"
    ),
}


def unaware(names: Sequence[str]) -> str:
    """Return what is wrong with a journal that does not know what became of these bundles, and how to go on."""
    shown = listed([f"« lots/{name} »" for name in names[:3]]) + (", entre autres" if len(names) > 3 else "")
    return (
        f"ce journal est une ancienne copie : il ne sait pas ce qui est parti, et que prouve {shown}. Une DSDEN "
        f"recevrait deux fois les mêmes lettres. Remettez le plus récent, {_OR} Un lot que vous avez mis là vous-même, "
        "retirez-le."
    )


def unfit(tenue: Tenue) -> str:
    """Return what is wrong with a journal that stands like this, and how to go on; "" when it may be used."""
    return _UNFIT.get(tenue, "")


def brouillon_a_dire(dsden: Sequence[str]) -> str:
    """Return what to type once the drafts of some DSDEN were sent, or will not be: only a person knows."""
    codes = " ".join(dsden)
    sent, unsent = ("s’il a été envoyé", "s’il ne le sera pas") if len(dsden) == 1 else (
        "s’ils ont été envoyés", "s’ils ne le seront pas"
    )  # fmt: skip
    return f"{sent}, « mlds envoyer --deja-envoye {codes} » ; {unsent}, « mlds envoyer --pas-envoye {codes} »"
