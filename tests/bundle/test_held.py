"""What each DSDEN may hold: whatever happened, correcting it gives today's letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bundle.held import Correction, Detenu, corriger, detenues, recu
from pipeline.journal.sent import Parti, Version
from pipeline.model import Made, Recipe

MADE = Made(Recipe("", "", "", ""), {})
START = datetime(2026, 9, 3, 8)

World = Mapping[str, str]
"""The files that a DSDEN really has, with what each says."""


def message(
    letters: World, decoupe: tuple[int, ...] = (), part: int = 1, *, certain: bool = True, complet: bool = True,
    retirees: Sequence[str] = (), day: int = 0, sha: str = "",
) -> Parti:  # fmt: skip
    when = START + timedelta(days=day)
    versions = tuple(Version(name, says, MADE, when, day) for name, says in sorted(letters.items()))
    digest = sha or repr((complet, sorted(letters.items()), tuple(retirees)))
    return Parti(
        "77", digest, complet, decoupe or (len(letters),), part, certain, when, versions, tuple(retirees)
    )  # fmt: skip


def held_after(*messages: Parti) -> Detenu:
    return detenues(messages)["77"]


def says(held: Detenu, name: str) -> set[str | None]:
    return {one.contenu if one else None for one in held.of(name)}


def never(_: Version) -> bool:
    return False


def test_a_full_bundle_replaces_everything() -> None:
    held = held_after(message({"a": "1", "b": "1"}), message({"b": "2"}))
    assert (says(held, "a"), says(held, "b")) == ({None}, {"2"})
    assert held.accepte


def test_a_corrective_one_adds_replaces_and_withdraws() -> None:
    corrective = message({"b": "2", "d": "1"}, complet=False, retirees=["a"])
    held = held_after(message({"a": "1", "b": "1", "c": "1"}), corrective)
    assert [says(held, name) for name in "abcd"] == [{None}, {"2"}, {"1"}, {"1"}]


def test_what_nobody_knows_may_be_held_or_not() -> None:
    held = held_after(message({"a": "1"}), message({"a": "2"}, certain=False))
    assert says(held, "a") == {"1", "2"}
    assert corriger(held, {"a": "2"}, never) == Correction(("a",), ())
    assert corriger(held, {}, never) == Correction((), ("a",))
    assert not held_after(message({"a": "1"}, certain=False)).accepte


def test_of_a_bundle_in_parts_the_rest_may_be_missing() -> None:
    first = message({"a": "1", "b": "1", "old": "1"})
    parts = {"a": "2", "b": "2"}
    held = held_after(first, message(parts, (1, 1), 1))
    assert (says(held, "a"), says(held, "b"), says(held, "old")) == ({"2"}, {"1", None}, {"1", None})
    held = held_after(first, message(parts, (1, 1), 1), message(parts, (1, 1), 2))
    assert (says(held, "b"), says(held, "old")) == ({"2"}, {None})


def test_parts_of_two_splits_do_not_make_a_whole() -> None:
    first = message({"old": "1"})
    held = held_after(first, message({"a": "2", "b": "2"}, (1, 1), 1), message({"a": "2", "b": "2"}, (2,), 1))
    assert says(held, "old") == {None}
    held = held_after(first, message({"a": "2", "b": "2"}, (1, 1), 1), message({"x": "1"}, complet=False),
                      message({"a": "2", "b": "2"}, (1, 1), 2))  # fmt: skip
    assert says(held, "old") == {"1", None}


def test_a_letter_whose_row_waits_stays() -> None:
    held = held_after(message({"a": "1"}))
    assert not corriger(held, {}, lambda version: version.fichier == "a")


def test_what_was_sent_whole_needs_nothing() -> None:
    held = held_after(message({"a": "1"}, certain=False), message({"a": "1"}))
    assert not corriger(held, {"a": "1"}, never)
    assert not corriger(held_after(message({"a": "1", "b": "1"}, (1, 1), 1)).all_of_last(), {"a": "1", "b": "1"}, never)


@pytest.mark.parametrize("empty", [{}, {"a": "1"}])
def test_withdrawals_alone_are_a_correction(empty: World) -> None:
    held = held_after(message({"a": "1", "b": "1"}))
    assert corriger(held, empty, never) == Correction((), tuple(sorted({"a", "b"} - empty.keys())))


states = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("123"), max_size=4)
outcomes = st.lists(st.sampled_from(["accepted", "uncertain", "refused"]), min_size=1, max_size=3)
histories = st.lists(st.tuples(states, st.booleans(), outcomes), min_size=1, max_size=5)


def split(count: int, parts: int) -> tuple[int, ...]:
    return tuple(count // parts + (number < count % parts) for number in range(parts))


def worlds_after(world: World, sent: Parti, parts_before: bool) -> Iterator[World]:
    """Yield what a person may have after reading a message: he applies it, and may already throw away what it denies."""
    brought = {name: version.contenu for name, version in sent.of_part.items()}
    told = {one.fichier: one.contenu for one in sent.letters}
    if not sent.complet:
        yield {**{name: text for name, text in world.items() if name not in sent.retirees}, **brought}
        return
    last_of_all = parts_before or len(sent.decoupe) == 1
    kept = {
        name: text for name, text in world.items() if told.get(name) == text or not (last_of_all and name not in told)
    }
    yield {**kept, **brought}
    yield {**{name: text for name, text in kept.items() if told.get(name) == text}, **brought}


@given(histories, states)
def test_the_next_corrective_is_right_in_every_possible_world(
    history: list[tuple[dict[str, str], bool, list[str]]], today: dict[str, str]
) -> None:
    held, worlds = Detenu(), [{}]  # type: ignore[var-annotated]
    for day, (wanted, complet, told) in enumerate(history):
        correction = corriger(held, wanted, never)
        letters = wanted if complet else {name: wanted[name] for name in correction.a_envoyer}
        decoupe = split(len(letters), len(told))
        accepted = 0
        for part, outcome in enumerate(told, start=1):
            if outcome == "refused":
                continue
            retirees = () if complet else correction.a_retirer
            sent = message(
                letters, decoupe, part, certain=outcome == "accepted", complet=complet, retirees=retirees, day=day,
                sha=str(day),
            )  # fmt: skip
            accepted += outcome == "accepted"
            everything = accepted == len(decoupe)
            after = [new for world in worlds for new in worlds_after(world, sent, everything)]
            worlds = after if outcome == "accepted" else [*worlds, *after]
            worlds = [dict(one) for one in {tuple(sorted(world.items())) for world in worlds}]
            held = recu(held, sent)
    for world in worlds:
        for name in {*"abcd"}:
            assert world.get(name) in says(held, name)
    correction = corriger(held, today, never)
    for world in worlds:
        corrected = {name: text for name, text in world.items() if name not in correction.a_retirer}
        assert corrected | {name: today[name] for name in correction.a_envoyer} == today
    if len(worlds) == 1 and all(len(one) == 1 for one in held.possibles.values()):
        unchanged = {name for name, text in today.items() if worlds[0].get(name) == text}
        assert not unchanged & {*correction.a_envoyer}


def test_worlds_are_more_than_one() -> None:
    """The property above would say little if no history left a doubt."""
    sent = message({"a": "2", "b": "2"}, (1, 1), 1)
    assert len(list(product(worlds_after({"b": "1"}, sent, parts_before=False)))) == 2
