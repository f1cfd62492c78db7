"""Several templates in one campaign: which letter takes which, what is said in doubt, and that each stands alone."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.stage import clean
from pipeline.errors import ConfigError
from pipeline.model import Modele
from pipeline.render.variants import Choix, choose, genre_of, modeles_of
from pipeline.settings.config import Config
from pipeline.settings.sections import Gabarit, Variante
from pipeline.table import Table
from pipeline.uai import made_up
from pipeline.validate.stage import validate
from support.program import ROOT, mlds
from support.rows import GOOD, table_of

ORDINARY = Modele(Path("ordinaire.docx"), 2)
LYCEE = Variante(fichier=Path("lycee.docx"), type="lycée")
IN_77 = Variante(fichier=Path("77.docx"), dsden=("77",), pages_max=1)
NORD = Variante(fichier=Path("nord.docx"), colonne="Bassin", valeurs=("Nord", "Grand Nord"))


def chosen(rows: list[dict[str, Any]], config: Config, *variantes: Variante) -> tuple[list[str], Choix]:
    """Return the template of each letter of a table, and the whole choice."""
    table = clean(table_of(rows)).table
    letters = validate(table, config).letters
    assert len(letters) == len(rows)
    choix = choose(letters, table, Gabarit(fichier=ORDINARY.fichier, variantes=variantes))
    return [choix.modeles[letter.row].fichier.stem for letter in letters], choix


def row(number: int, **cells: str) -> dict[str, Any]:
    """A valid row of its own school."""
    return GOOD | {"uai": ["0779999A", "0779998Z", made_up("93"), made_up("94")][number]} | cells


NAMES = [
    ("Collège Jean Jaurès", "collège"),
    ("COLLEGE JEAN JAURES", "collège"),
    ("Clg Jean Jaurès", "collège"),
    ("Lycée polyvalent Jean Moulin", "lycée"),
    ("LP Jean Moulin", "lycée"),
    ("L.P. Jean Moulin", "lycée"),
    ("LPO Jean Moulin", "lycée"),
    ("Le nouveau lycée Jean Moulin", "lycée"),
    ("L’ancien collège Jean Moulin", "collège"),
    ("EREA Stendhal", "EREA"),
    ("E.R.E.A. Stendhal", "EREA"),
    ("Établissement régional d’enseignement adapté Stendhal", "EREA"),
    ("Institution Saint-Louis", ""),
    ("Cité scolaire Jean Moulin", ""),
    ("Maison de la rue du Lycée", ""),
    ("", ""),
]


@pytest.mark.parametrize(("nom", "genre"), NAMES)
def test_the_kind_that_a_name_tells(nom: str, genre: str) -> None:
    assert genre_of(nom) == genre


@given(st.text())
def test_any_name_has_a_kind_or_none(nom: str) -> None:
    assert genre_of(nom) in ("collège", "lycée", "EREA", "")


def test_the_public_schools_all_tell_their_kind() -> None:
    register = ROOT.parent / "shared/data/etablissements_77_93_94.csv"
    schools = [
        ("COLLEGE", "Collège Jean Jaurès"),
        ("LPO", "LYCEE POLYVALENT URUGUAY FRANCE LYCEE DES METIERS DU SOCIAL"),
    ]
    if register.exists():
        with register.open(encoding="utf-8") as lines:
            public = [line for line in csv.DictReader(lines, delimiter=";") if line["secteur"] == "Public"]
        schools += [(line["type"], line["nom"]) for line in public]
    kinds = {"COLLEGE": "collège", "LEGT": "lycée", "LPO": "lycée", "LP": "lycée"}
    assert [(kind, nom) for kind, nom in schools if genre_of(nom) != kinds[kind]] == []


def test_without_variants_every_letter_takes_the_ordinary_template(config: Config) -> None:
    assert chosen([row(0), row(1)], config) == (["ordinaire", "ordinaire"], chosen([row(0), row(1)], config)[1])
    assert chosen([row(0)], config)[1].notices == ()


def test_by_the_kind_of_school(config: Config) -> None:
    rows = [row(0), row(1, etablissement="LPO Jean Moulin")]
    assert chosen(rows, config, LYCEE)[0] == ["ordinaire", "lycee"]


def test_by_the_dsden(config: Config) -> None:
    assert chosen([row(0), row(2), row(1)], config, IN_77)[0] == ["77", "ordinaire", "77"]


@pytest.mark.parametrize("header", ["Bassin", "BASSIN", "bassin ", "Bassîn"])
@pytest.mark.parametrize("cell", ["Nord", "NORD", " nord", "grand  nord"])
def test_by_a_column_whatever_case_and_accents(config: Config, header: str, cell: str) -> None:
    names, choix = chosen([row(0, **{f"autre:{header}": cell}), row(1)], config, NORD)
    assert names == ["nord", "ordinaire"]
    assert not any("ne compte" in notice for notice in choix.notices)


def test_by_a_column_that_the_program_understands(config: Config) -> None:
    cpe = Variante(fichier=Path("cpe.docx"), colonne="Fonction", valeurs=("CPE",))
    rows = [row(0), row(1, referent_fonction="Professeur")]
    assert chosen(rows, config, cpe)[0] == ["cpe", "ordinaire"]


def test_the_first_variant_that_suits_is_taken(config: Config) -> None:
    rows = [row(0, etablissement="Lycée Hugo"), row(1), row(2, etablissement="Lycée Zola")]
    assert chosen(rows, config, LYCEE, IN_77)[0] == ["lycee", "77", "lycee"]
    assert chosen(rows, config, IN_77, LYCEE)[0] == ["77", "77", "lycee"]


def test_all_the_conditions_of_a_variant_are_asked(config: Config) -> None:
    both = LYCEE.model_copy(update={"dsden": ("93",)})
    rows = [row(0, etablissement="Lycée Hugo"), row(2, etablissement="Lycée Zola"), row(3)]
    assert chosen(rows, config, both)[0] == ["ordinaire", "lycee", "ordinaire"]


def test_signs_count_in_a_value(config: Config) -> None:
    variante = Variante(fichier=Path("plus.docx"), colonne="Niveau", valeurs=("A+",))
    rows = [row(0, **{"autre:Niveau": "A+"}), row(1, **{"autre:Niveau": "A-"})]
    assert chosen(rows, config, variante)[0] == ["plus", "ordinaire"]


def test_sheets_may_write_the_column_in_two_ways_or_not_have_it(config: Config) -> None:
    first, second, third = (
        clean(table_of([one], sheet)).table
        for one, sheet in (
            (row(0, **{"autre:Bassin": "Nord"}), "A"),
            (row(1, **{"autre:BASSIN": "Nord"}), "B"),
            (row(2), "Autres"),
        )
    )
    frames = [first.rows, second.rows, third.rows]
    table = Table(pd.concat(frames, ignore_index=True).fillna(""), {**first.columns, **second.columns, **third.columns})
    letters = validate(table, config).letters
    choix = choose(letters, table, Gabarit(fichier=ORDINARY.fichier, variantes=(NORD,)))
    assert len(letters) == 3
    assert [choix.modeles[letter.row].fichier.stem for letter in letters] == ["nord", "nord", "ordinaire"]


def test_an_unknown_column_stops_with_the_nearest_one(config: Config) -> None:
    with pytest.raises(ConfigError) as caught:
        chosen([row(0, **{"autre:Bassins": "Nord"})], config, IN_77, NORD)
    assert str(caught.value) == (
        "config.toml, rubrique [[gabarit.variantes]], 2ᵉ : la colonne « Bassin » n’est pas dans le classeur ; vouliez-vous "
        "écrire « Bassins » ? Corrigez « colonne », ou ajoutez cette colonne au classeur."
    )


def test_a_column_far_from_all_is_told_with_those_that_there_are(config: Config) -> None:
    with pytest.raises(ConfigError, match="colonnes du classeur : « RNE », « Établissement »"):
        chosen([row(0)], config, NORD.model_copy(update={"colonne": "Zzz"}))


def test_a_value_that_no_row_has_is_said(config: Config) -> None:
    notices = chosen([row(0, **{"autre:Bassin": "Nord"})], config, NORD)[1].notices
    assert notices == ("Aucune ligne n’a « Grand Nord » dans la colonne « Bassin », que config.toml attend.",)


def test_a_cell_that_is_nearly_a_value_is_said(config: Config) -> None:
    variante = Variante(fichier=Path("a.docx"), colonne="Type", valeurs=("Lycée du soir",))
    rows = [row(0, **{"autre:Type": "Lycée du soir"}), row(1, **{"autre:Type": "Lycée du soirs"}), row(2)]
    names, choix = chosen(rows, config, variante)
    assert names == ["a", "ordinaire", "ordinaire"]
    assert choix.notices == (
        "1\u00a0lettre avec « Lycée du soirs » dans la colonne « Type » ne compte pas pour « Lycée du soir ». Faute de "
        "frappe : corrigez la cellule ; autre cas : ajoutez ce texte à « valeurs » dans config.toml.",
    )


def test_values_that_differ_by_a_number_are_not_mistaken(config: Config) -> None:
    variante = Variante(fichier=Path("a.docx"), colonne="Zone", valeurs=("Secteur 1",))
    rows = [row(0, **{"autre:Zone": "Secteur 1"}), row(1, **{"autre:Zone": "Secteur 2"})]
    assert chosen(rows, config, variante)[1].notices == ()


def test_a_variant_that_no_letter_uses_is_said(config: Config) -> None:
    notices = chosen([row(0)], config, LYCEE)[1].notices
    assert notices == (
        "Aucune lettre n’emploie la 1ᵉ variante du gabarit (lycee.docx) : vérifiez ses conditions dans config.toml.",
    )


def test_schools_whose_name_tells_no_kind_are_said_where_a_variant_asks(config: Config) -> None:
    rows = [row(0, etablissement="Institution X"), row(1, etablissement="Lycée Zola")]
    (notice,) = chosen(rows, config, LYCEE)[1].notices
    assert notice.startswith(
        "1\u00a0établissement dont le nom ne dit ni collège, ni lycée, ni EREA (Institution X (0779999A)) :"
    )
    everyone = Variante(fichier=Path("a.docx"), dsden=("77",))
    assert chosen(rows, config, everyone)[1].notices == ()


def test_all_the_templates_of_a_campaign_each_once() -> None:
    again = Variante(fichier=LYCEE.fichier, dsden=("93",))
    gabarit = Gabarit(fichier=ORDINARY.fichier, pages_max=3, variantes=(LYCEE, IN_77, again))
    assert modeles_of(gabarit) == (
        replace(ORDINARY, pages_max=3),
        Modele(Path("lycee.docx"), 3),
        Modele(Path("77.docx"), 1),
    )


def test_counts_are_those_of_the_letters_given(config: Config) -> None:
    _, choix = chosen([row(0), row(1, etablissement="LP Hugo"), row(2)], config, LYCEE)
    letters = validate(clean(table_of([row(0), row(2)])).table, config).letters
    assert choix.counts(letters[:1]) == "ordinaire.docx\u00a0(1)"


def test_a_wrong_variant_stops_the_command_with_one_sentence(project: Path) -> None:
    settings = project / "config.toml"
    variante = '\n[[gabarit.variantes]]\nfichier = "templates/absent.docx"\ntype = "lycée"\n'
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("pages_max = 2\n", f"pages_max = 2\n{variante}", 1), encoding="utf-8")
    done = mlds("produire", project / "data/sample.xlsx", "--config", settings, cwd=project)
    assert done.returncode == 4
    assert "absent.docx : le gabarit est à corriger" in done.stderr
    assert "ce gabarit n’existe pas" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "sortie/2026-2027/lots").exists()
