"""Letters that a DSDEN has and whose rows are being corrected: counted apart from those of today, in words that agree."""

from __future__ import annotations

import pytest

from pipeline.bundle.checking import checked_lot
from pipeline.bundle.waiting import still_valid
from support.corrections import Campagne
from support.mail_servers.certificates import Certificates
from support.mail_servers.faulty import FaultyServer
from support.ready_campaign import text_of
from support.year import uai


@pytest.mark.parametrize("waiting", [(), (4,), (3, 4)])
def test_the_message_counts_what_stays_valid(
    campagne: Campagne, certificates: Certificates, waiting: tuple[int, ...]
) -> None:
    first = {"1 Un": "a", "2 Deux": "a", "3 Trois": "a", "4 Quatre": "a"}
    campagne.run(first)
    with FaultyServer(context=certificates.good) as server:
        campagne.send(server)
        now = {name: text for name, text in first.items() if int(name[0]) not in waiting} | {"1 Un": "b"}
        (lot,) = campagne.run(now, rejected=tuple(uai(one) for one in waiting)).correctives
        assert lot.retraits == ()
        assert checked_lot(campagne.corrective()).constats == ()
        assert campagne.send(server) == 0
        text = text_of(server.received[-1].data).replace("\u00a0", " ")
    counted = f", sans compter {still_valid(len(waiting))}" if waiting else ""
    assert f"L’ensemble compte maintenant {4 - len(waiting)} lettres{counted}.\n".replace("\u00a0", " ") in text


def test_the_words_agree() -> None:
    assert still_valid(0) == ""
    assert (
        still_valid(1).replace("\u00a0", " ").startswith("1 lettre que vous avez déjà, toujours valable mais absente")
    )
    assert still_valid(2).replace("\u00a0", " ").endswith("leur ligne est à corriger")
