"""What may leave, decided from the journal alone: never twice without being asked, never less than everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.journal.sendings import Envoi, Etat
from pipeline.journal.sent import decoupe, suivi
from pipeline.send.message import Outline

START = datetime(2026, 9, 3, 8)
BOX = "a@b.fr"


def messages(letters: tuple[int, ...] = (10, 10, 4)) -> tuple[Outline, ...]:
    return tuple(Outline(number, count, Decimal(0), (), "", 0) for number, count in enumerate(letters, start=1))


def journal(*lines: tuple[str, int, str], split: str = "10+10+4", start: int = 0) -> list[Envoi]:
    """Return sendings of the DSDEN 77, one a line: content, part, state."""
    return [
        Envoi("77", sha, part, split, f"<{sha}{part}>", BOX, Etat(etat), START + timedelta(days=start + day), "")
        for day, (sha, part, etat) in enumerate(lines)
    ]  # fmt: skip


def due(envois: list[Envoi], sent: tuple[Outline, ...], renvoyer: bool = False, sha: str = "a") -> list[int]:
    return [message.part for message in suivi(envois, "77", sha, BOX).dus(sent, renvoyer)]


def test_nothing_known_sends_everything() -> None:
    assert due([], messages()) == [1, 2, 3]


def test_what_was_accepted_stays_and_what_was_refused_leaves() -> None:
    envois = journal(("a", 1, "envoye"), ("a", 2, "refuse"), ("a", 3, "prepare"))
    assert due(envois, messages()) == [2, 3]


def test_what_is_uncertain_waits_for_someone_s_word() -> None:
    envois = journal(("a", 1, "envoye"), ("a", 2, "incertain"))
    assert due(envois, messages()) == [3]
    assert due(envois, messages(), renvoyer=True) == [2, 3]


@pytest.mark.parametrize("later", ["prepare", "refuse"])
def test_a_second_try_that_failed_makes_nothing_certain(later: str) -> None:
    assert due(journal(("a", 1, "incertain"), ("a", 1, later), split="24"), messages((24,))) == []


def test_all_of_it_leaves_again_when_that_is_asked_and_nothing_is_uncertain() -> None:
    envois = journal(("a", 1, "envoye"), ("a", 2, "envoye"), ("a", 3, "envoye"))
    assert due(envois, messages()) == []
    assert due(envois, messages(), renvoyer=True) == [1, 2, 3]


def test_another_content_is_a_correction_of_the_last_that_left() -> None:
    envois = journal(("a", 1, "envoye"), ("b", 1, "refuse"), split="24")
    known = suivi(envois, "77", "c", BOX)
    assert (known.remplace, due(envois, messages((24,)), sha="c")) == (START, [1])
    assert suivi(envois, "77", "a", BOX).remplace is None


def test_a_former_content_that_comes_back_is_a_correction_too() -> None:
    envois = journal(("a", 1, "envoye"), ("b", 1, "envoye"), split="24")
    assert suivi(envois, "77", "a", BOX).remplace == START + timedelta(days=1)
    assert due(envois, messages((24,))) == [1]
    assert due([*envois, *journal(("a", 1, "envoye"), split="24", start=2)], messages((24,))) == []


def test_parts_that_changed_since_stop_everything_until_someone_asks() -> None:
    envois = journal(("a", 1, "envoye"))
    other = messages((12, 12))
    with pytest.raises(ValueError, match="parts"):
        due(envois, other)
    assert due(envois, other, renvoyer=True) == [1, 2]
    assert due([*envois, *journal(("a", 1, "envoye"), split="12+12", start=1)], other) == [2]


@pytest.mark.parametrize("gone", ["envoye", "incertain"])
@pytest.mark.parametrize("later", ["prepare", "refuse"])
def test_another_split_of_which_nothing_left_changes_nothing(gone: str, later: str) -> None:
    first = journal(("a", 1, gone), split="12+12")
    asked = journal(("a", 1, later), split="24", start=1)
    halves = messages((12, 12))
    assert due([*first, *asked], halves) == [2]
    with pytest.raises(ValueError, match="parts"):
        due([*first, *asked], messages((24,)))
    rest = journal(("a", 2, "envoye"), split="12+12", start=2)
    assert due([*first, *asked, *rest], halves) == []
    assert suivi([*first, *asked], "77", "a", BOX).identifiants == {1: "<a1>"}


def test_parts_that_changed_do_not_matter_once_all_have_left() -> None:
    envois = journal(("a", 1, "envoye"), ("a", 2, "envoye"), ("a", 3, "incertain"))
    assert due(envois, messages((12, 12))) == []


def test_another_dsden_is_no_matter() -> None:
    assert suivi(journal(("a", 1, "envoye")), "93", "a", BOX).envoyes == {}


SPLITS = ("24", "12+12", "10+10+4")
lines = st.lists(
    st.sampled_from(SPLITS).flatmap(
        lambda split: st.tuples(
            st.just(split),
            st.sampled_from("ab"),
            st.integers(1, split.count("+") + 1),
            st.sampled_from(["prepare", "envoye", "refuse", "incertain"]),
        )
    ),
    max_size=8,
)


@given(lines, st.sampled_from(SPLITS))
def test_whatever_the_journal_holds_nothing_leaves_twice_by_itself_and_nothing_is_lost(
    past: list[tuple[str, str, int, str]], now: str
) -> None:
    envois = [one for split, *line in past for one in journal((line[0], line[1], line[2]), split=split)]  # type: ignore[arg-type]
    held, gone = "", set[int]()  # what the DSDEN has of « a »: told forwards, the code looks backwards
    for split, sha, part, etat in past:
        if etat in ("envoye", "incertain"):
            if sha == "b" or split != held:
                held, gone = split if sha == "a" else "", set()
            gone |= {part} if sha == "a" else set()
    sent = messages(letters=tuple(map(int, now.split("+"))))
    every = {message.part for message in sent}
    assert decoupe(sent) == now
    if not gone or held == now:
        assert due(envois, sent) == sorted(every - gone)
        assert set(due(envois, sent, renvoyer=True)) >= every - gone
        return
    assert due(envois, sent, renvoyer=True) == sorted(every)
    if len(gone) == held.count("+") + 1:
        assert due(envois, sent) == []
    else:
        with pytest.raises(ValueError, match="parts"):
            due(envois, sent)


def test_what_left_for_another_mailbox_counts_for_nothing_but_is_told() -> None:
    envois = journal(("a", 1, "envoye"), split="24")
    known = suivi(envois, "77", "a", "c@b.fr")
    assert [one.part for one in known.dus(messages((24,)), renvoyer=False)] == [1]
    assert (known.remplace, known.identifiants, known.ailleurs) == (None, {}, envois[0])
    back = suivi([*envois, *journal(("b", 1, "envoye"), split="24", start=1)], "77", "a", BOX.upper())
    assert (back.remplace, back.ailleurs) == (START + timedelta(days=1), None)


def test_an_address_that_nobody_knows_any_more_may_be_the_same() -> None:
    (one,) = journal(("a", 1, "incertain"), split="24")
    known = suivi([replace(one, adresse="")], "77", "a", "c@b.fr")
    assert (known.dus(messages((24,)), renvoyer=False), known.ailleurs) == ((), None)
