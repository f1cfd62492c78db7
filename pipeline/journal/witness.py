"""What proves the journal: a witness of its last state and a copy of it, beside it.

SQLite cannot see a byte that changed in a page, nor that an old copy was put back. It counts its transactions in the
head of the file, and writes the count twice; the witness remembers it with the digest of the whole. The copy is the
file byte for byte, so that it is worth the same once it is put back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from pipeline.files import flush_folder, sha256, size_and_sha256
from pipeline.french.words import listed

_HEAD = 100
"""Bytes of the head of a SQLite file (https://www.sqlite.org/fileformat2.html, 1.3)."""
_MAGIC = b"SQLite format 3\0"


class Tenue(Enum):
    """How a journal stands."""

    JUSTE = "juste"
    EN_AVANCE = "en avance"
    """A run was killed between its last word and the witness: right, if SQLite itself finds nothing wrong."""
    JAMAIS_VUE = "jamais vue"
    """It never had a witness: just made, or made by an earlier version."""
    ABIMEE = "abîmée"
    ANCIENNE = "ancienne"
    AUTRE = "autre"
    """Another campaign's."""
    SANS_TEMOIN = "sans témoin"
    """Witness and copy are missing or damaged: nothing says whether this is the last state."""


@dataclass(frozen=True, slots=True)
class Empreinte:
    """The state of a journal: its campaign, SQLite's count of transactions, its size in bytes and its sha256."""

    campagne: str
    compteur: int
    octets: int
    sha256: str


def witness_of(journal: Path) -> Path:
    """Return the file that proves a journal."""
    return journal.with_suffix(".temoin")


def copy_of(journal: Path) -> Path:
    """Return the copy of a journal, to be put back when it is lost."""
    return journal.with_suffix(".sauvegarde.sqlite")


def state_of(path: Path, campagne: str) -> Empreinte | None:
    """Return the state of a journal; None when it is no SQLite file, or when its head contradicts itself."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.startswith(_MAGIC) or head[24:28] != head[92:96]:
        return None
    return Empreinte(campagne, int.from_bytes(head[24:28]), *size_and_sha256(path))


def count_of(path: Path) -> int:
    """Return SQLite's count of transactions, -1 without a file."""
    try:
        with path.open("rb") as file:
            return int.from_bytes(file.read(_HEAD)[24:28])
    except OSError:
        return -1


def read_witness(journal: Path) -> Empreinte | None:
    """Return what the witness of a journal says; None when it is missing or is not, byte for byte, what was written."""
    try:
        data = witness_of(journal).read_bytes()
        told = Empreinte(**{name: value for name, value in json.loads(data).items() if name != "preuve"})
        return told if data == _written(told) else None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def judged(path: Path, campagne: str, seen: bool, told: Empreinte | None, copy: Path) -> Tenue:
    """Tell how a journal stands against what its witness told, else against its `copy`.

    `campagne` is the campaign that it names, "" before version 5; `seen` says whether it names a witness.
    """
    now = state_of(path, campagne)
    if told is None and not path.stat().st_size and not copy.exists():
        return Tenue.JAMAIS_VUE  # a run was killed while it made the file
    if now is None:
        return Tenue.ABIMEE
    if told is None:
        return _judged_by_copy(now, copy) if seen else Tenue.JAMAIS_VUE
    if not campagne or told.compteur > now.compteur:
        return Tenue.ANCIENNE if not campagne or told.campagne == campagne else Tenue.AUTRE
    if told.campagne != campagne:
        return Tenue.AUTRE
    if told.compteur < now.compteur:
        return Tenue.EN_AVANCE
    return Tenue.JUSTE if told == now else Tenue.ABIMEE


def is_contradicted(path: Path) -> bool:
    """Return whether a journal contradicts itself, or what its witness says of the same count."""
    try:
        now, told = state_of(path, ""), read_witness(path)
    except OSError:
        return False
    if now is None:
        return path.stat().st_size > 0
    return told is not None and told.compteur == now.compteur and told.sha256 != now.sha256


def is_older(path: Path) -> bool:
    """Return whether a journal has fewer transactions than its witness knows: another file was put in its place."""
    told = read_witness(path)
    return told is not None and count_of(path) < told.compteur


def _judged_by_copy(now: Empreinte, path: Path) -> Tenue:
    copy = state_of(path, now.campagne) if path.is_file() else None
    if copy == now:
        return Tenue.JUSTE
    return Tenue.ANCIENNE if copy and copy.compteur > now.compteur else Tenue.SANS_TEMOIN


def testify(path: Path, campagne: str) -> None:
    """Write the copy and the witness of a journal that nobody is writing to, where they are not up to date.

    The copy first: it is then never older than the witness. Each is whole or as before. Raises OSError, also where the
    journal is an older one or another campaign's: the copy is then the better of the two.
    """
    now, told = state_of(path, campagne), read_witness(path)
    if now is None or is_older(path) or count_of(copy_of(path)) > now.compteur or (told and told.campagne != campagne):
        raise OSError(f"{path.name} is no journal, or an older one")
    if count_of(copy_of(path)) != now.compteur:
        draft = copy_of(path).with_suffix(".partiel")
        shutil.copyfile(path, draft)
        _set(draft, copy_of(path))
    if read_witness(path) != now:
        draft = witness_of(path).with_suffix(".temoin-partiel")
        draft.write_bytes(_written(now))
        _set(draft, witness_of(path))


def _written(told: Empreinte) -> bytes:
    """Return the bytes of a witness, which hold their own proof."""
    text = json.dumps(asdict(told))
    proof = sha256(text.encode())
    return (json.dumps({**asdict(told), "preuve": proof}) + "\n").encode()


def _set(draft: Path, target: Path) -> None:
    """Give a file its name once it is on the disk, and have the name there too: what comes next may not be undone."""
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(draft, target)
    flush_folder(target.parent)


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
