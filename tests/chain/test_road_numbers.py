"""Corrective bundles over random histories of drafts and messages: numbers without a hole, letters right in the end."""

from __future__ import annotations

import io
import json
import random
import zipfile
from dataclasses import dataclass, field
from hashlib import sha256

import pytest

from pipeline.cli.usage import TOUS
from pipeline.errors import MailError
from support.corrections import Campagne
from support.mail_servers.certificates import Certificates
from support.mail_servers.faulty import FaultyServer
from support.ready_campaign import attached

STEPS = ("change", "change", "run", "draft", "answer", "mail")


@dataclass
class Boite:
    """What a DSDEN has, and the numbers that it received; `doubtful` are those of drafts that nobody answered for."""

    files: dict[str, bytes] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    doubtful: set[int] = field(default_factory=set)

    def receive(self, bundle: bytes) -> None:
        """Apply a bundle; no number may be missing before its own but one of a draft that nobody answered for."""
        manifest, letters = opened(bundle)
        number = manifest.get("numero", 0)
        kept = self.files if number else {}
        self.files = {name: data for name, data in kept.items() if name not in gone(manifest)} | letters
        if number:
            assert set(range(1, number)) <= {*self.numbers, *self.doubtful}, f"{number} after {self.numbers}"
            assert number not in self.numbers
            self.numbers.append(number)


def opened(bundle: bytes) -> tuple[dict[str, object], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        letters = {name: archive.read(name) for name in archive.namelist() if name.endswith(".pdf")}
        return json.loads(archive.read("manifeste.json")), letters


def gone(manifest: dict[str, object]) -> set[str]:
    return {one["nom"] for one in manifest.get("retirees", ())}  # type: ignore[attr-defined]


class History:
    """A secretary who sends some drafts, forgets others, and says the truth when asked."""

    def __init__(self, campagne: Campagne, server: FaultyServer, seed: int) -> None:
        self.campagne, self.server, self.chance = campagne, server, random.Random(seed)
        self.said = {f"{number} {nom}": "a" for number, nom in enumerate(("Un", "Deux", "Trois", "Quatre"), start=1)}
        self.boite, self.taken = Boite(), 0
        self.waiting: list[tuple[bool, int, bytes]] = []

    def change(self) -> None:
        """Change a letter, or take one away, or put it back."""
        name = self.chance.choice(["1 Un", "2 Deux", "3 Trois", "4 Quatre"])
        if name in self.said and len(self.said) > 1 and self.chance.random() < 0.3:
            del self.said[name]
        else:
            self.said[name] = self.chance.choice("abc")

    def run(self) -> None:
        self.campagne.run(dict(sorted(self.said.items())))

    def draft(self) -> None:
        """Write drafts, and send them right then or not."""
        folder = self.campagne.config.dossier_annee / "brouillons"
        before = {path: path.stat().st_mtime_ns for path in folder.glob("*.eml")}
        self._asked(confirmer=False, brouillons=True)
        for path in sorted(folder.glob("*.eml")):
            if before.get(path) == path.stat().st_mtime_ns:
                continue
            bundle, sent = attached(path.read_bytes()), self.chance.random() < 0.5
            number = int(str(opened(bundle)[0].get("numero", 0)))
            again = [one for one in self.waiting if one[2] == bundle]
            if not (again and again[0][0]):  # the same draft, written again, is sent once
                self.waiting = [one for one in self.waiting if one not in again] + [(sent, number, bundle)]
                self.boite.doubtful |= {number}
                if sent:
                    self.boite.receive(bundle)

    def answer(self) -> None:
        """Say the truth of each draft that waits: those that were sent, then the others."""
        truth = {sha256(bundle).hexdigest(): sent for sent, _, bundle in self.waiting}
        for word, said in (("deja_envoye", True), ("pas_envoye", False)):
            if said in truth.values():
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr("pipeline.cli.by_hand.is_somebody_there", lambda: True)
                    patch.setattr("pipeline.cli.envoyer_tables.question_of", lambda one, sent: one.lot_sha256)
                    patch.setattr("pipeline.cli.by_hand.agreed", lambda digest, said=said: truth[digest] is said)
                    assert self.campagne.send(self.server, confirmer=False, **{word: (TOUS,)}) == 0
        self.boite.doubtful -= {number for sent, number, _ in self.waiting if not sent}
        self.waiting = []

    def mail(self, **asked: object) -> None:
        self._asked(**asked)
        arrived = self.server.received[self.taken :]
        self.taken += len(arrived)
        for message in arrived:
            self.boite.receive(attached(message.data))

    def _asked(self, **asked: object) -> None:
        """Type a command; where it asks for the letters to be made again first, do so."""
        try:
            self.campagne.send(self.server, **asked)
        except MailError as error:
            if "aucun lot" not in str(error):
                raise
            return
        if "qui en tient compte" in self.campagne.shown:
            self.run()
            self.campagne.send(self.server, **asked)

    def ends(self) -> dict[str, bytes]:
        """Answer, make the letters, send them; return those of the full bundle."""
        self.answer()
        self.run()
        self.mail()
        return opened((self.campagne.config.dossier_lots / "DSDEN-77_2026-2027.zip").read_bytes())[1]


@pytest.mark.parametrize("seed", range(8))
def test_whatever_was_sent_numbers_have_no_hole_and_letters_are_right(
    campagne: Campagne, certificates: Certificates, seed: int
) -> None:
    with FaultyServer(context=certificates.good) as server:
        history = History(campagne, server, seed)
        history.run()
        for _ in range(12):
            getattr(history, history.chance.choice(STEPS))()
        assert history.ends() == history.boite.files
