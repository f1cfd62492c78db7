"""What changed between two states: each kind told once, in the words of its readers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pipeline.bundle.differences import Comparaison, Depuis, Difference, Genre, compare, differences
from pipeline.bundle.waiting import Attente, rows_waiting
from pipeline.cli.produire import _show_differences
from pipeline.cli.screen import Terminal
from pipeline.journal.letters import Etat, Passe
from pipeline.model import Etablissement, Imp, Letter, Made, Personne, Recipe, RowRef
from pipeline.printing.pairing import Lien, name_of, paired, school_of
from pipeline.render.fields import fields_of
from pipeline.render.reads import kept, lectures_of
from pipeline.settings.config import Config
from support.program import ROOT
from support.rows import table_of

LECTURES = lectures_of(ROOT / "templates/lettre_mission.docx")
RECIPE = Recipe("01" * 32, "02" * 32, "LibreOffice", "03" * 32)
TILLEULS, ORMES = Etablissement("0779999A", "Collège des Tilleuls"), Etablissement("0779998Z", "Collège des Ormes")
HALF, FULL = Imp("demi-taux", Fraction(1, 2), Decimal(625)), Imp("taux plein", Fraction(1), Decimal(1250))
LETTER = Letter(
    RowRef("R", 5), TILLEULS, Personne("Mme", "Anne", "Exemple", "CPE"), Personne("M.", "Paul", "Modèle"), HALF
)


@pytest.fixture
def state(config: Config) -> Any:
    def make(*letters: Letter, gabarit: str = "01" * 32, vacants: dict[str, str] | None = None) -> Etat:
        recipe = replace(RECIPE, gabarit=gabarit)
        return Etat(tuple(Made(recipe, kept(fields_of(one, config), LECTURES)) for one in letters), vacants or {})

    return make


def named(letter: Letter, prenom: str, nom: str, civilite: str = "Mme") -> Letter:
    return replace(letter, referent=replace(letter.referent, prenom=prenom, nom=nom, civilite=civilite))


def told(found: tuple[Difference, ...]) -> list[tuple[Genre, str, str, str]]:
    return [(one.genre, one.avant, one.apres, one.phrase.replace("\u00a0", " ")) for one in found]


def test_the_same_letters_are_no_difference_whatever_their_order(state: Any) -> None:
    other = replace(LETTER, etablissement=ORMES)
    assert differences(state(LETTER, other), state(other, LETTER)) == ()


def test_a_changed_amount_is_told_from_what_to_what(state: Any) -> None:
    ((genre, avant, apres, phrase),) = told(differences(state(replace(LETTER, imp=FULL)), state(LETTER)))
    assert (genre, avant, apres) == (Genre.MODIFIEE, "Mme\u00a0Anne Exemple", "Mme\u00a0Anne Exemple")
    assert phrase.splitlines() == ["montant : 625,00 € → 1\u202f250,00 €", "nombre d’IMP : 1/2 → 1"]


def test_an_imp_that_goes_is_told_once(state: Any) -> None:
    (one,) = differences(state(replace(LETTER, imp=None)), state(LETTER))
    assert [detail.champ for detail in one.details] == ["IMP"]
    assert one.details[0].apres == "sans IMP"


def test_what_only_follows_from_another_change_is_left_out(state: Any) -> None:
    (one,) = differences(state(replace(LETTER, chef=Personne("Mme", "Léa", "Autre"))), state(LETTER))
    assert one.phrase.replace("\u00a0", " ") == "chef d’établissement : M. Paul Modèle → Mme Léa Autre"


def test_what_the_template_does_not_read_is_no_difference(state: Any) -> None:
    changed = replace(
        LETTER, referent=replace(LETTER.referent, fonction="Professeure"), autres={"Observations": "à revoir"}
    )
    assert differences(state(changed), state(LETTER)) == ()


def test_another_template_changes_its_letters(state: Any) -> None:
    assert [one.phrase for one in differences(state(LETTER, gabarit="99" * 32), state(LETTER))] == ["gabarit"]


@pytest.mark.parametrize(
    ("prenom", "nom"),
    [("Anne", "Exempel"), ("Anna", "Exemple"), ("Anne", "Exemple-Martin"), ("Exemple", "Anne")],
)
def test_a_typing_mistake_in_a_name_is_the_same_letter(state: Any, prenom: str, nom: str) -> None:
    (one,) = differences(state(named(LETTER, prenom, nom)), state(LETTER))
    assert (one.genre, one.avant, one.apres) == (
        Genre.CORRIGEE, "Mme\u00a0Anne Exemple", f"Mme\u00a0{prenom} {nom}",
    )  # fmt: skip


def test_another_referent_of_the_same_school_replaces_the_former(state: Any) -> None:
    (one,) = differences(state(named(LETTER, "Marc", "Dupré", "M.")), state(LETTER))
    assert (one.genre, one.avant, one.apres) == (
        Genre.REMPLACEE, "Mme\u00a0Anne Exemple", "M.\u00a0Marc Dupré",
    )  # fmt: skip


def test_of_two_who_came_the_near_name_is_the_corrected_one(state: Any) -> None:
    now = state(named(LETTER, "Marc", "Dupré", "M."), named(LETTER, "Anne", "Exempel"))
    assert [one.genre for one in differences(now, state(LETTER))] == [Genre.NOUVELLE, Genre.CORRIGEE]


def test_posts_that_are_filled_or_become_vacant_say_so(state: Any) -> None:
    vacant = {TILLEULS.uai: TILLEULS.nom}
    assert [one.genre for one in differences(state(LETTER), state(vacants=vacant))] == [Genre.POURVUE]
    assert [one.genre for one in differences(state(vacants=vacant), state(LETTER))] == [Genre.VACANTE]
    both = state(LETTER, vacants=vacant)  # one post of the school is vacant all the while
    assert [one.genre for one in differences(both, state(vacants=vacant))] == [Genre.NOUVELLE]
    assert [one.genre for one in differences(state(vacants=vacant), both)] == [Genre.RETIREE]
    assert [one.genre for one in differences(state(LETTER), state())] == [Genre.NOUVELLE]
    assert [one.genre for one in differences(state(), state(LETTER))] == [Genre.RETIREE]


def test_a_letter_whose_row_waits_for_a_correction_is_not_withdrawn(state: Any) -> None:
    rows = [
        {"uai": "0779999A", "referent_nom": "", "referent_prenom": ""},
        {"uai": "07X", "referent_nom": "Autre", "referent_prenom": "Zoé"},
    ]
    other = named(replace(LETTER, etablissement=ORMES), "Zoé", "Autre")
    attente = rows_waiting(table_of(rows), [RowRef("Référents", 5)])
    assert [one.etablissement for one in differences(state(), state(LETTER, other), attente)] == ["Collège des Ormes"]
    attente = rows_waiting(table_of(rows), [RowRef("Référents", 6)])
    assert [one.etablissement for one in differences(state(), state(LETTER, other), attente)] == [
        "Collège des Tilleuls"
    ]
    assert rows_waiting(table_of([{"uai": "x", "referent_nom": ""}]), [RowRef("Référents", 5)]) == Attente(anyone=True)
    assert differences(state(), state(LETTER, other), Attente(anyone=True)) == ()


def test_each_dsden_is_told_in_one_line(state: Any) -> None:
    now = {"77": state(LETTER, named(LETTER, "Zoé", "Dupré"), vacants={ORMES.uai: ORMES.nom})}
    before = state(replace(LETTER, imp=FULL), replace(LETTER, etablissement=ORMES))
    when = datetime(2026, 9, 3, 9, 5)
    (one, other) = compare(now, [Passe("77", when, before), Passe("93", when, state())], Depuis.ENVOI, Attente())
    assert one.phrase.replace("\u00a0", " ") == (
        "DSDEN 77 : 1 nouvelle, 1 modifiée, 1 poste devenu vacant depuis l’envoi du 3 septembre 2026"
    )
    assert other.phrase.replace("\u00a0", " ") == "DSDEN 93 : aucune différence depuis l’envoi du 3 septembre 2026"
    doubtful = replace(other, certain=False).phrase.replace("\u00a0", " ")
    assert doubtful == "DSDEN 93 : aucune différence depuis le message peut-être parti le 3 septembre 2026"
    run = Comparaison("77", Depuis.PASSAGE, when, ())
    assert run.since.replace("\u00a0", " ") == "depuis le passage du 3 septembre 2026 à 9 h 05"


people = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["Anne Exemple", "Anna Exemple", "Marc Dupré", "Zoé Tiers"])),
    max_size=6,
)


def plain(school: str, name: str) -> dict[str, Any]:
    prenom, nom = name.split()
    return {"etablissement": {"uai": school, "nom": school}, "referent": {"prenom": prenom, "nom": nom}}


@given(people, people)
def test_every_letter_is_in_one_pair_and_no_identity_is_lost(
    now: list[tuple[str, str]], before: list[tuple[str, str]]
) -> None:
    ours, theirs = [plain(*one) for one in now], [plain(*one) for one in before]
    pairs = paired(ours, theirs)
    assert sorted(pair.now for pair in pairs if pair.now is not None) == list(range(len(ours)))
    assert sorted(pair.before for pair in pairs if pair.before is not None) == list(range(len(theirs)))
    for pair in pairs:
        if pair.now is not None and pair.before is not None:
            assert school_of(ours[pair.now]) == school_of(theirs[pair.before])
            same = name_of(ours[pair.now]) == name_of(theirs[pair.before])
            assert same == (pair.lien is Lien.MEME)
    for identity in {*now, *before}:
        both = min(now.count(identity), before.count(identity))
        assert sum(pair.lien is Lien.MEME and pair.now is not None and pair.before is not None
                   and now[pair.now] == identity for pair in pairs) == both  # fmt: skip


def test_the_terminal_tells_each_thing_once() -> None:
    shown, when = StringIO(), datetime(2026, 9, 3, 9, 5)
    one = (Difference(Genre.NOUVELLE, "0779999A", "Collège", "", "Mme A"),)
    said = [Comparaison("77", Depuis.ENVOI, when, one), Comparaison("93", Depuis.ENVOI, when, ())]
    runs = [Comparaison(code, Depuis.PASSAGE, when, of) for code, of in (("77", one), ("93", one), ("94", ()))]
    with Terminal(Console(file=shown, width=200, soft_wrap=True)) as terminal:
        _show_differences([*said, *runs], terminal)
    assert shown.getvalue().replace("\u00a0", " ").splitlines() == [
        "DSDEN 77 : 1 nouvelle depuis l’envoi du 3 septembre 2026.",
        "DSDEN 93 : aucune différence depuis l’envoi du 3 septembre 2026.",
        "DSDEN 93 : 1 nouvelle depuis le passage du 3 septembre 2026 à 9 h 05.",
    ]
