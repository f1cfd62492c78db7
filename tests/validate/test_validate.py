"""Stage 3: every row has exactly one fate, every fault is said in its place, and a Letter exists only if it is valid."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.stage import clean
from pipeline.model import Letter, RowRef, Severity
from pipeline.settings.config import Config
from pipeline.table import CellFault
from pipeline.uai import key_of
from pipeline.validate.register import NO_ANNUAIRE, Annuaire, Fiche
from pipeline.validate.stage import reject, select, validate
from support.rows import GOOD, HEADERS, table_of
from support.verdicts import codes, verdict_of


def test_a_good_row_is_a_letter(config: Config) -> None:
    verdict = verdict_of(config, GOOD)
    (letter,) = verdict.letters
    assert letter.row == RowRef("Référents", 5)
    assert letter.etablissement.uai == "0779999A"
    assert letter.referent.nom_complet == "Anne Exemple"
    assert letter.imp is not None
    assert (letter.imp.fraction, letter.imp.montant) == (Fraction(1, 2), Decimal(625))
    assert letter.dsden == "77"
    assert verdict.anomalies == ()


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"uai": ""}, "uai_absent", "RNE"),
        ({"uai": "077999"}, "uai_forme", "RNE"),
        ({"uai": 779999}, "uai_forme", "RNE"),
        ({"uai": "0779999D"}, "uai_cle", "RNE"),
        ({"uai": "0759999L"}, "uai_academie", "RNE"),
        ({"etablissement": ""}, "etablissement_absent", "Établissement"),
        ({"departement": "93"}, "departement_contradictoire", "departement"),
        ({"departement": "Val-de-Marne"}, "departement_contradictoire", "departement"),
        ({"departement": 94}, "departement_contradictoire", "departement"),
        ({"code_postal": 93100}, "departement_contradictoire", "code_postal"),
        ({"referent_nom": "MARTIN2"}, "nom_signes", "NOM référent"),
        ({"referent_nom": "=cmd|'/c calc'!A0"}, "nom_signes", "NOM référent"),
        ({"referent_prenom": "a@b.fr"}, "nom_signes", "Prénom"),
        ({"referent_prenom": ""}, "prenom_absent", "Prénom"),
        ({"referent_nom": ""}, "nom_absent", "NOM référent"),
        ({"referent_nom": "DUPONT / MARTIN", "referent_civilite": "Mme / M."}, "plusieurs_personnes", "NOM référent"),
        ({"referent_nom": "Dupont", "referent_prenom": "Anne et Paul"}, "plusieurs_personnes", "Prénom"),
        ({"referent_civilite": "Dr"}, "civilite_illisible", "Civilité"),
        ({"chef": ""}, "chef_absent", "Chef d'établissement"),
        ({"chef": "à pourvoir"}, "chef_absent", "Chef d'établissement"),
        ({"chef": "Dupont et Martin"}, "plusieurs_personnes", "Chef d'établissement"),
        ({"chef_civilite": "Dr"}, "civilite_illisible", "Civ. chef"),
        ({"imp": "", "montant": ""}, "imp_absent", "Nb IMP"),
        ({"referent_nom": "Mme PETIT", "referent_civilite": "M."}, "civilite_dans_nom", "NOM référent"),
        ({"referent_prenom": "Mme Anne"}, "civilite_dans_nom", "Prénom"),
        ({"referent_nom": "M Petit"}, "civilite_dans_nom", "NOM référent"),
        ({"referent_nom": "DUPONT Mme"}, "civilite_dans_nom", "NOM référent"),
        ({"referent_nom": "M."}, "civilite_dans_nom", "NOM référent"),
        ({"chef": "Mme Anne Petit"}, "civilite_dans_nom", "Chef d'établissement"),
        ({"referent_nom": "M. DUPONT Mme MARTIN"}, "plusieurs_personnes", "NOM référent"),
        ({"referent_nom": "DUPONT - MARTIN"}, "plusieurs_personnes", "NOM référent"),
        ({"chef": "M. Durand Mme Petit"}, "plusieurs_personnes", "Chef d'établissement"),
        ({"etablissement": "0"}, "etablissement_absent", "Établissement"),
        ({"etablissement": True}, "etablissement_absent", "Établissement"),
        ({"etablissement": datetime.datetime(2026, 9, 1)}, "etablissement_absent", "Établissement"),
        ({"departement": "Paris"}, "departement_contradictoire", "departement"),
        ({"departement": 6}, "departement_contradictoire", "departement"),
        ({"departement (2)": "93"}, "departement_contradictoire", "departement (2)"),
        ({"uai": "1779999" + key_of("1779999")}, "uai_academie", "RNE"),
        ({"imp": "-", "montant": "-"}, "imp_absent", "Nb IMP"),
        ({"imp": "", "montant": 937.5}, "montant_hors_bareme", "Montant IMP"),
        ({"imp": "1/3", "montant": ""}, "imp_hors_bareme", "Nb IMP"),
        ({"montant": "12 50"}, "montant_illisible", "Montant IMP"),
        ({"montant": True}, "montant_illisible", "Montant IMP"),
        ({"imp": "beaucoup"}, "imp_illisible", "Nb IMP"),
        ({"imp": "1/2", "montant": 1250}, "montant_contradictoire", "Montant IMP"),
        ({"imp": "sans IMP", "montant": 1250}, "montant_contradictoire", "Nb IMP"),
        ({"imp": datetime.datetime(2026, 2, 1), "montant": ""}, "imp_date", "Nb IMP"),
        ({"imp": "Pacte"}, "pacte", "Nb IMP"),
        ({"imp": "?"}, "imp_illisible", "Nb IMP"),
        ({"imp": "1/2", "montant": "- ?"}, "montant_illisible", "Montant IMP"),
        ({"referent_nom": "Ab " * 10_000}, "cellule_en_erreur", "NOM référent"),
        ({"chef": "de " * 100 + "X"}, "cellule_en_erreur", "Chef d'établissement"),
        ({"montant": CellFault("#REF!")}, "cellule_en_erreur", "Montant IMP"),
        ({"referent_nom": CellFault("")}, "cellule_en_erreur", "NOM référent"),
    ],
)  # fmt: skip
def test_an_error_and_nothing_but_it(config: Config, cells: dict[str, Any], code: str, column: str) -> None:
    verdict = verdict_of(config, GOOD | cells)
    assert verdict.rejected == (RowRef("Référents", 5),)
    assert [(one.code, one.column, one.severity) for one in verdict.anomalies] == [(code, column, Severity.ERREUR)]
    assert verdict.letters == verdict.vacancies == verdict.ignored == ()


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"imp": "1/4", "montant": 312.5}, "montant_inhabituel"),
        ({"imp": "3", "montant": 3750}, "montant_inhabituel"),
        ({"referent_civilite": ""}, "civilite_absente"),
        ({"chef_civilite": ""}, "civilite_absente"),
        ({"imp": "décharge", "montant": ""}, "sans_imp"),
        ({"imp": 0, "montant": 0}, "sans_imp"),
        ({"chef_fonction": "Principale"}, "civilite_contradictoire"),
        ({"referent_civilite": "-"}, "civilite_absente"),
        ({"commune": 0}, "commune_illisible"),
        ({"departement": "Nord-Est"}, "departement_illisible"),
        ({"referent_fonction": "AED"}, "fonction_sans_imp"),
        ({"referent_fonction": "Psy-EN"}, "fonction_sans_imp"),
    ],
)
def test_a_warning_keeps_the_letter(config: Config, cells: dict[str, Any], code: str) -> None:
    verdict = verdict_of(config, GOOD | cells)
    assert len(verdict.letters) == 1
    assert [(one.code, one.severity) for one in verdict.anomalies] == [(code, Severity.AVERTISSEMENT)]


@pytest.mark.parametrize(
    ("imp", "montant", "expected"),
    [
        (datetime.time(12, 0), "", 625),
        (datetime.datetime(1900, 1, 2), datetime.datetime(1906, 11, 4), 2500),("1/2", "", 625), ("", "1 250,00 €", 1250), ("½", "625€", 625), ("625", "", 625), (2, 2500, 2500), ("taux plein", "", 1250),
     ("1 IMP", "-", 1250), (1, "1250.00", 1250), ("double taux", "2 500", 2500)],
)  # fmt: skip
def test_number_or_amount_or_both(config: Config, imp: object, montant: object, expected: int) -> None:
    (letter,) = verdict_of(config, GOOD | {"imp": imp, "montant": montant}).letters
    assert letter.montant == expected


def test_a_mission_without_imp_has_no_amount(config: Config) -> None:
    (letter,) = verdict_of(config, GOOD | {"imp": "sans IMP", "montant": ""}).letters
    assert letter.imp is None
    assert letter.montant == 0


@pytest.mark.parametrize("nom", ["SANS", "Personne", "Иванов", "Den", "Null", "NA", "VRAI", "None", "nan", "Faux"])
def test_names_that_machines_stumble_on_get_their_letter(config: Config, nom: str) -> None:
    assert len(verdict_of(config, GOOD | {"referent_nom": nom}).letters) == 1


@pytest.mark.parametrize("nom", ["", "À pourvoir", "A POURVOIR", "néant", "vacant", "-", "Poste vacant"])
def test_a_vacant_post_is_listed_and_no_error(config: Config, nom: str) -> None:
    blank = {"referent_civilite": "", "referent_nom": nom, "referent_prenom": ""}
    verdict = verdict_of(config, GOOD | blank)
    assert [vacancy.etablissement.uai for vacancy in verdict.vacancies] == ["0779999A"]
    assert [(one.code, one.severity) for one in verdict.anomalies] == [("a_pourvoir", Severity.INFORMATION)]


def test_a_vacant_post_with_a_wrong_uai_is_to_correct(config: Config) -> None:
    verdict = verdict_of(
        config, GOOD | {"referent_civilite": "", "referent_nom": "", "referent_prenom": "", "uai": "0779999D"}
    )
    assert codes(verdict) == ["uai_cle"]
    assert len(verdict.rejected) == 1


def test_all_the_errors_of_a_row_in_one_pass(config: Config) -> None:
    verdict = verdict_of(config, GOOD | {"uai": "0779999D", "referent_nom": "X1", "chef": "", "montant": "12 50"})
    assert codes(verdict) == ["uai_cle", "nom_signes", "chef_absent", "montant_illisible"]


@pytest.mark.parametrize("share", ["1/8", "0,125", "1/5", "12,5 %"])
def test_a_share_below_a_quarter_is_refused(config: Config, share: str) -> None:
    verdict = verdict_of(config, GOOD | {"imp": share, "montant": ""})
    assert verdict.letters == ()


@pytest.mark.parametrize(
    ("row", "code"),
    [({"uai": "TOTAL", "montant": 1250}, "ligne_total"), ({"etablissement": "Sous-total 77", "montant": 1}, "ligne_total"),
     ({"uai": "(1) à confirmer avant le 15"}, "note"), ({"uai": "* sous réserve"}, "note"), (dict(HEADERS), "entete_repetee")],
)  # fmt: skip
def test_rows_that_are_none_are_named(config: Config, row: dict[str, Any], code: str) -> None:
    verdict = verdict_of(config, GOOD, row)
    assert len(verdict.letters) == 1
    assert verdict.ignored == (RowRef("Référents", 6),)
    assert codes(verdict) == [code]


@pytest.mark.parametrize(
    "row", [{"referent_nom": "Dupont"}, {"uai": "0779999A"}, {"etablissement": "Collège des Ormes"}]
)
def test_in_doubt_a_row_is_not_ignored(config: Config, row: dict[str, Any]) -> None:
    verdict = verdict_of(config, GOOD, row)
    assert RowRef("Référents", 6) not in verdict.ignored


@pytest.mark.parametrize(
    ("sheet", "letters"), [("77", 1), ("DSDEN 77", 1), ("Seine-et-Marne", 1), ("93", 0), ("2026", 1)]
)
def test_the_sheets_name_is_checked_against_the_uai(config: Config, sheet: str, letters: int) -> None:
    assert len(verdict_of(config, GOOD, sheet=sheet).letters) == letters


def test_a_message_says_what_is_written_and_what_to_write(config: Config) -> None:
    (anomaly,) = verdict_of(config, GOOD | {"imp": datetime.datetime(2026, 2, 1), "montant": ""}).anomalies
    assert "01/02/2026" in anomaly.message
    assert "« 1/2 », écrivez 0,5" in anomaly.message
    assert anomaly.cell == "K5"


def test_another_academie_needs_only_its_settings(config: Config) -> None:
    finistere = config.dsden[0].model_copy(update={"code": "29", "nom": "Finistère"})
    rennes = config.model_copy(update={"dsden": (finistere,)})
    assert len(verdict_of(rennes, GOOD | {"uai": "0290001U"}).letters) == 1
    assert codes(verdict_of(rennes, GOOD)) == ["uai_academie"]


def test_select_names_every_row_it_leaves_out(config: Config) -> None:
    rows = (
        GOOD,
        GOOD | {"uai": "0939999N", "referent_nom": "Deuxième"},
        GOOD | {"uai": "0779998Z", "referent_nom": "Troisième"},
        GOOD | {"uai": ""},
        GOOD | {"uai": "0939999N", "chef": ""},
    )
    verdict = verdict_of(config, *rows)
    chosen = select(verdict, ("77",), 1)
    assert [letter.row.line for letter in chosen.letters] == [5]
    assert [ref.line for ref in chosen.ignored] == [6, 7, 9]
    assert [ref.line for ref in chosen.rejected] == [8]
    assert [one.code for one in chosen.anomalies] == ["uai_absent"] + ["hors_selection"] * 3
    assert chosen.rows_read == verdict.rows_read


def test_a_letter_that_fails_later_is_a_rejected_row(config: Config) -> None:
    verdict = verdict_of(config, GOOD)
    (letter,) = verdict.letters
    anomaly = verdict_of(config, GOOD | {"uai": ""}).anomalies[0]
    after = reject(verdict, {letter.row: anomaly})
    assert (after.letters, after.rejected, after.rows_read) == ((), (letter.row,), 1)


REGISTER = Annuaire({
    uai: Fiche(uai, (nom,), (commune,))
    for uai, nom, commune in (("0779999A", "Collège Autre", "Villeneuve"), ("0939999N", "Lycée des Tilleuls", "Ailleurs"))
})  # fmt: skip
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from([*map(str, GOOD.values()), "TOTAL", "À pourvoir", "Mme / M.", "sans IMP", "½", "0939999N", "-"]),
    st.sampled_from([0.5, 1, 625, True, float("nan"), float("inf"), datetime.datetime(2026, 2, 1), CellFault("#REF!")]),
)
ROWS = st.lists(st.one_of(st.just(GOOD), st.fixed_dictionaries(dict.fromkeys(HEADERS, CELLS))), max_size=6)


@settings(max_examples=150)
@given(ROWS, st.sampled_from([(), ("77",), ("93", "94")]), st.sampled_from([None, 1, 3]), st.booleans())
def test_no_row_is_lost_or_counted_twice(
    config: Config, rows: list[dict[str, Any]], dsden: tuple[str, ...], limite: int | None, register: bool
) -> None:
    table = clean(table_of(rows)).table
    verdict = select(validate(table, config, REGISTER if register else NO_ANNUAIRE), dsden, limite)
    fates = [
        *(one.row for one in verdict.letters),
        *(one.row for one in verdict.vacancies),
        *verdict.rejected,
        *verdict.ignored,
    ]
    assert sorted(ref.line for ref in fates) == sorted(range(5, 5 + len(rows)))
    errors = {one.row for one in verdict.anomalies if one.severity is Severity.ERREUR}
    assert errors == set(verdict.rejected)
    assert {*verdict.ignored} <= {one.row for one in verdict.anomalies}
    assert all(isinstance(one, Letter) and one.referent.nom and one.chef.nom for one in verdict.letters)


def test_a_forgotten_name_is_not_a_vacant_post(config: Config) -> None:
    verdict = verdict_of(config, GOOD | {"referent_nom": "", "referent_prenom": ""})
    assert codes(verdict) == ["nom_absent", "prenom_absent"]


def test_a_uai_in_error_is_said_once_even_beside_a_departement(config: Config) -> None:
    verdict = verdict_of(config, GOOD | {"uai": CellFault("#REF!"), "departement": "93", "code_postal": 93100})
    assert codes(verdict) == ["cellule_en_erreur"]


def test_a_vacant_post_of_another_departement_is_to_correct(config: Config) -> None:
    verdict = verdict_of(
        config, GOOD | {"referent_civilite": "", "referent_nom": "vacant", "referent_prenom": "", "departement": "93"}
    )
    assert codes(verdict) == ["departement_contradictoire"]


def test_a_vacant_post_without_a_readable_uai_is_to_correct(config: Config) -> None:
    verdict = verdict_of(config, GOOD | {"referent_nom": "vacant", "referent_prenom": "", "uai": CellFault("#REF!")})
    assert codes(verdict) == ["cellule_en_erreur"]
    assert len(verdict.rejected) == 1


def test_a_uai_beside_two_names_is_said(config: Config) -> None:
    verdict = verdict_of(config, GOOD, GOOD | {"referent_nom": "Autre", "etablissement": "Lycée des Ormes"})
    assert codes(verdict) == ["deux_etablissements"] * 2


@pytest.mark.parametrize(
    ("cells", "nom", "prenom"),
    [
        ({"referent": "DUPONT Anne"}, "Dupont", "Anne"),
        ({"referent": "Anne DUPONT", "referent_prenom": "Anne"}, "Dupont", "Anne"),
        ({"referent": "DUPONT", "referent_prenom": "Anne"}, "Dupont", "Anne"),
        ({"referent": "DUPONT Anne", "referent_prenom": "Paul"}, "", ""),
        ({"referent": "Dupont Anne"}, "", ""),
    ],
)
def test_name_and_first_name_in_one_cell(config: Config, cells: dict[str, Any], nom: str, prenom: str) -> None:
    verdict = verdict_of(config, GOOD | {"referent_nom": "", "referent_prenom": ""} | cells)
    assert [(letter.referent.nom, letter.referent.prenom) for letter in verdict.letters] == (
        [(nom, prenom)] if nom else []
    )
    assert codes(verdict) == ([] if nom else ["nom_prenom_ambigu"])


def test_the_chefs_first_name_is_not_printed_twice(config: Config) -> None:
    (letter,) = verdict_of(config, GOOD | {"chef": "Paul Modèle", "chef_prenom": "Paul"}).letters
    assert letter.chef.nom_complet == "Paul Modèle"


@pytest.mark.parametrize(
    ("departement", "uai", "letters"),
    [("06", "0069999", 1), (6, "0069999", 1), (6, "0839999", 0), ("06 - Alpes-Maritimes", "0069999", 1)],
)
def test_departements_before_10(config: Config, departement: object, uai: str, letters: int) -> None:
    dsden = tuple(
        config.dsden[0].model_copy(update={"code": code, "nom": nom})
        for code, nom in (("06", "Alpes-Maritimes"), ("83", "Var"))
    )
    nice = config.model_copy(update={"dsden": dsden})
    assert len(verdict_of(nice, GOOD | {"uai": uai + key_of(uai), "departement": departement}).letters) == letters


@pytest.mark.parametrize(
    "row",
    [
        {"montant": 1250, "imp": 3},
        {"departement": "77", "etablissement": "Sous-total"},
        {"etablissement": "S/TOTAL", "montant": 5},
    ],
)
def test_sums_are_no_rows(config: Config, row: dict[str, Any]) -> None:
    assert codes(verdict_of(config, GOOD, row)) == ["ligne_total"]


def test_a_wrong_code_in_the_settings_is_told_before_anyone_deletes_rows(config: Config) -> None:
    from pipeline.uai import made_up
    from pipeline.validate.across import doubtful_dsden

    wrong = config.model_copy(update={"dsden": (config.dsden[0].model_copy(update={"code": "78"}), *config.dsden[1:])})
    uais = [made_up(code) for code in ("77", "77", "77", "93", "94")]
    outside, absent = doubtful_dsden([*uais, "", "0779999B"], wrong)
    assert outside.startswith("3\u00a0lignes sont dans le département 77, qui n’est pas dans config.toml.")
    assert absent.startswith("Aucune ligne n’est dans le département 78, que config.toml déclare")
    assert doubtful_dsden(uais, config) == ()
    assert doubtful_dsden([made_up("77")] * 19, config) == ()
    assert len(doubtful_dsden([made_up("77")] * 20, config)) == 2
