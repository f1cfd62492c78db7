"""What becomes of letters whose rows waited: each ends as its DSDEN sees it, in the lots and in `mlds journal`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.journal.history import ecole
from pipeline.journal.opening import consulted
from pipeline.names import taken_apart
from support.corrections import Campagne
from support.mail_servers.certificates import Certificates
from support.mail_servers.faulty import FaultyServer
from support.year import uai


@pytest.fixture
def server(certificates: Certificates) -> Iterator[FaultyServer]:
    with FaultyServer(context=certificates.good) as running:
        yield running


def ends(campagne: Campagne, number: int) -> list[str]:
    """Return how each version of a school's letters ends, "" for what is valid."""
    with consulted(campagne.config.journal) as journal:
        found = ecole(journal, uai(number))
    assert found
    return [one.fin for one in found.versions]


def corrective(campagne: Campagne, numero: int = 1) -> dict[str, Any]:
    return taken_apart(campagne.corrective(numero).read_bytes())[1]


def test_a_letter_that_waited_and_was_corrected_is_replaced(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run({"1 Un": "a", "2 Deux": "a"})
    campagne.send(server)
    campagne.run({"2 Deux": "b"}, rejected=(uai(1),))
    campagne.send(server)
    assert ends(campagne, 1) == [""]
    campagne.run({"1 Un": "b", "2 Deux": "b"})
    campagne.send(server)
    assert ends(campagne, 1) == ["remplacée par une lettre corrigée", ""]


def test_a_full_lot_that_left_before_a_letter_did_not_retire_it(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run({"2 Deux": "a"}, rejected=(uai(1),))
    campagne.send(server)
    campagne.run({"1 Un": "a", "2 Deux": "a"})
    campagne.send(server)
    campagne.run({"2 Deux": "a"}, rejected=(uai(1),))  # the very bytes of the first full lot
    assert ends(campagne, 1) == [""]


def test_a_withdrawal_that_never_left_retires_nothing(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run({"1 Un": "a", "2 Deux": "a"})
    campagne.send(server)
    campagne.run({"2 Deux": "a"})
    assert ends(campagne, 1) == ["retirée"]
    campagne.run({"2 Deux": "b"}, rejected=(uai(1),))
    campagne.send(server)
    assert ends(campagne, 1) == [""]


def test_a_name_corrected_beside_a_row_that_waits_withdraws_its_former_file(
    campagne: Campagne, server: FaultyServer
) -> None:
    campagne.run([("1 Dupont", "a"), ("1 Martin", "a"), ("2 Deux", "a")])
    campagne.send(server)
    campagne.run([("1 Dupond", "a"), ("2 Deux", "a")], rejected=(uai(1),))
    told = corrective(campagne)
    assert told["ensemble"]["en_attente"] == 1
    assert [one["nom"] for one in told["retirees"]] == [f"lettres/{uai(1)}_Dupont_Anne.pdf"]


def test_what_perhaps_never_arrived_is_not_counted(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run({"1 Un": "a", "2 Deux": "a"})
    campagne.send(server)
    campagne.run({"1 Un": "a", "2 Deux": "a", "3 Trois": "a"})
    campagne.send(server, brouillons=True, confirmer=False)
    (lot,) = campagne.run({"1 Un": "a", "2 Deux": "b"}, rejected=(uai(3),)).correctives
    assert "en_attente" not in taken_apart(lot.path.read_bytes() if lot.path.exists() else b"")[1]["ensemble"]
