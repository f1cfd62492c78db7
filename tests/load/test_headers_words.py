"""Headers whose words say more than a role: what a cell holds besides, initials, one column for two things, a holder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.load.header_words import read_header, words_of
from pipeline.load.stage import load
from support.workbooks import HEAD, heads, row, xlsx


def none_declared(role: str) -> Sequence[str]:
    """Return the headers that config.toml declares: none."""
    return ()


WORDS = words_of(none_declared)


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("R.N.E.", "uai"), ("R.N.E", "uai"), ("N° U.A.I.", "uai"), ("I.M.P.", "imp"), ("Nb d’I.M.P.", "imp"),
        ("Chef d’établissement (civilité, NOM Prénom, fonction)", "chef"), ("Référent décrochage (civilité NOM Prénom)", "referent"),
        ("Référent (civ., nom, prénom)", "referent"), ("Civilité, nom et prénom du référent", "referent"), ("Chef (civilité et nom)", "chef"),
        ("Nom, prénom et fonction du chef d’établissement", "chef"), ("Civilité Nom Prénom", "referent"), ("Référent titulaire", "referent"),
        ("Nom du référent titulaire", "referent_nom"), ("Prénom du référent titulaire", "referent_prenom"), ("IMP / montant", "imp"),
        ("IMP/Montant (€)", "imp"), ("Montant / IMP", "imp"), ("IMP ou montant", "imp"), ("Taux et montant", "imp"),
        ("Montant IMP", "montant"), ("Fonction (CPE, prof.)", "referent_fonction"), ("Montant annuel brut (€)", "montant"), ("Référent (prénom)", "referent_prenom"), ("M.Mme", "referent_civilite"),
        ("Référent N-1", None), ("Nom du référent (N–1)", None), ("Référent n° 1", "referent"), ("IMP / montant (N-1)", None),
        ("IMP adjoint / montant", None), ("Quotité de service et montant du traitement", None), ("Nom, prénom et commune", None),
        ("Nom, prénom et établissement", None), ("Référent suppléant", None), ("Chef d’établissement adjoint", None), ("Ancien référent", None), ("Référent.e", "referent"),
    ],
)  # fmt: skip
def test_the_role_that_a_header_names(header: str, role: str | None) -> None:
    assert read_header(header, WORDS).role == role


def test_one_column_for_imp_and_amount_may_hold_both(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(xlsx([[*HEAD[:10], "IMP / montant"], [*row()[:10], "1/2 IMP soit 625 €"]]))
    assert load(path, none_declared).rows["imp"].tolist() == ["1/2 IMP soit 625 €"]


@pytest.mark.parametrize("other", ["Référent suppléant", "Référent adjoint", "Ancien référent", "Chef adjoint"])
def test_a_hint_never_names_a_column_that_is_another_s(other: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(xlsx([heads(referent_nom=other, referent_prenom="Divers"), row()]))
    with pytest.raises(InputError) as caught:
        load(path, none_declared)
    assert f"« {other} » est peut-être" not in str(caught.value)
