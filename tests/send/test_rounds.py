"""Rounds on a clock that nobody waits for: one wait for all, and an end that the deadlines alone decide."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from pipeline.journal.sendings import Etat
from pipeline.progress import Clock
from pipeline.send.delivery import Delivery, Patience, deliver
from pipeline.send.faults import Etape, Faute, Issue, coupure, injoignable, refus, sans_accueil, sans_reponse
from pipeline.send.message import Message
from support.deliveries import message_for
from support.program import ROOT

CODES = ("75", "77", "78", "91", "92", "93", "94", "95")
PATIENCE = Patience()


@dataclass
class Server:
    """A server on its own clock, which each silence moves on by its deadline."""

    silent_at: str = ""
    greylists: float = 0
    passed: float = 0
    size_limit_said: int = 0
    first_seen: dict[str, float] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def size_limit(self) -> int:
        self.open()
        return self.size_limit_said

    def open(self) -> None:
        if self.silent_at == "greeting":
            self.passed += PATIENCE.answer
            raise sans_accueil("smtp.exemple.fr", 587)
        if self.silent_at == "port":
            self.passed += PATIENCE.answer
            raise injoignable("smtp.exemple.fr", 587, "")
        if self.silent_at == "after the greeting":
            self.passed += PATIENCE.answer
            raise coupure(late=True)

    def hand_over(self, message: Message, before_last: Callable[[], None]) -> str:
        self.tried.append(message.dsden)
        if self.passed - self.first_seen.setdefault(message.dsden, self.passed) < self.greylists:
            raise refus(Etape.DESTINATAIRE, 451, "4.7.1 Greylisted", message.recipients[0])
        if self.silent_at == "recipient" or (self.silent_at == "first recipient, then end" and len(self.tried) == 1):
            self.passed += PATIENCE.answer
            raise coupure(late=True)
        before_last()
        if "end" in self.silent_at:
            self.passed += PATIENCE.verdict
            raise sans_reponse(message.dsden, late=True)
        return "250 OK"

    def cut(self) -> None:
        """Nothing is held."""

    def wait(self, seconds: float) -> None:
        self.passed += seconds

    def deliver(self) -> list[Delivery]:
        clock = Clock(lambda: datetime(2026, 9, 3, tzinfo=UTC), self.wait, lambda: self.passed)
        messages = [message_for(dsden=code) for code in CODES]
        return list(deliver(messages, self, lambda *_: None, clock, PATIENCE, self.told.append))


@pytest.mark.parametrize(
    "silent_at", ["port", "greeting", "after the greeting", "recipient", "end", "first recipient, then end"]
)
def test_eight_dsden_and_a_silent_server_end_in_less_than_five_minutes(silent_at: str) -> None:
    server = Server(silent_at=silent_at)
    deliveries = server.deliver()
    assert server.passed < 300
    assert 1 <= len(deliveries) <= 2
    assert {one.etat for one in deliveries} <= {Etat.REFUSE, Etat.INCERTAIN}
    assert sum(one.etat is Etat.INCERTAIN for one in deliveries) == ("end" in silent_at)


def test_greylisting_of_five_minutes_costs_one_wait_for_all() -> None:
    server = Server(greylists=300)
    deliveries = server.deliver()
    assert [one.etat for one in deliveries] == [Etat.ENVOYE] * len(CODES)
    assert server.passed == sum(PATIENCE.waits) == 385
    assert server.tried == [*CODES] * 5
    assert server.told[-1] == "Nouvel essai dans 5\u00a0minutes (DSDEN 75, 77, 78, 91, 92, 93, 94 et 95)."


def test_a_mailbox_that_is_put_off_for_ever_keeps_no_other_waiting() -> None:
    server = Server(first_seen=dict.fromkeys(CODES[1:], -1e9), greylists=1e6)
    deliveries = server.deliver()
    assert [one.message.dsden for one in deliveries] == [*CODES[1:], CODES[0]]
    assert (deliveries[-1].etat, deliveries[-1].essais) == (Etat.REFUSE, 5)


def test_what_was_put_off_is_told_when_the_server_then_stops_everything() -> None:
    server = Server(greylists=10)

    def refuses_all(message: Message, before_last: Callable[[], None]) -> str:
        if len(server.tried) >= len(CODES):
            raise Faute(Issue.SERVEUR, "le serveur refuse la connexion", "")
        return Server.hand_over(server, message, before_last)

    server.hand_over = refuses_all  # type: ignore[method-assign]
    deliveries = server.deliver()
    assert [one.message.dsden for one in deliveries] == [*CODES]
    assert {one.etat for one in deliveries} == {Etat.REFUSE}


@pytest.mark.parametrize("silent_at", ["port", "after the greeting"])
def test_a_server_back_after_one_failure_takes_everything(silent_at: str) -> None:
    server = Server(silent_at=silent_at)
    wait = server.wait

    def back(seconds: float) -> None:
        server.silent_at = ""
        wait(seconds)

    server.wait = back  # type: ignore[method-assign]
    assert [(one.etat, one.essais) for one in server.deliver()] == [(Etat.ENVOYE, 2)] + [(Etat.ENVOYE, 1)] * 7
    assert server.passed == PATIENCE.answer + PATIENCE.waits[0]


def test_the_table_of_faults_can_be_shown() -> None:
    command = [sys.executable, ROOT / "bench/fautes_courrier.py", "--seulement", "deuxième partie"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "✘ DSDEN 75, partie 3/3 : une autre partie de ce lot est trop grosse, et celle-ci reste ici" in done.stdout
    assert "1 fautes, 1 sûres" in done.stdout
