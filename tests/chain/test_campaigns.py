"""Whole workbooks with what a right program finds in them: the shipped sample, and the campaigns kept beside the project.

What lies beside the project is tested when it is there; the sample always is, and holds every kind of defect they have.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.clean.stage import clean
from pipeline.errors import ExitCode
from pipeline.load.stage import load
from pipeline.model import Severity
from pipeline.settings.config import Config
from pipeline.summarize.kinds import TITLES
from pipeline.validate.stage import validate
from support.letter_layout import faults_of, lines_of
from support.program import ROOT, mlds
from support.results import check_bundles, check_letters, report_of

BESIDE = sorted((ROOT.parent / "shared/data").glob("campagne_*.xlsx"))
CAMPAIGNS = [
    (ROOT / "data/sample.xlsx", ROOT / "tests/support/data/sample.attendu.json"),
    *((path, path.with_suffix(".attendu.json")) for path in BESIDE),
]
CODES = {
    "two_people": "plusieurs_personnes", "amount_off_scale": ("montant_hors_bareme", "montant_illisible"),
    "name_formula": "nom_signes", "amount_vs_fraction": "montant_contradictoire", "uai_other_academy": "uai_academie",
    "uai_key": "uai_cle", "no_uai": "uai_absent", "no_imp": "imp_absent", "fraction_is_date": "imp_date",
    "formula_error": "cellule_en_erreur", "formula_never_computed": "cellule_en_erreur", "name_digits": "nom_signes",
    "exact_duplicate": "doublon", "departement_vs_uai": "departement_contradictoire", "civilite": "civilite_illisible",
    "amount_unreadable": "montant_illisible", "no_chef": "chef_absent", "no_civilite": "civilite_absente", "pacte": "pacte",
    "unusual_amount": "montant_inhabituel", "two_amounts": "deux_montants", "no_imp_on_purpose": "sans_imp",
}  # fmt: skip


@pytest.mark.parametrize(("workbook", "attendu"), CAMPAIGNS, ids=lambda path: path.stem)
def test_what_a_right_program_finds(workbook: Path, attendu: Path, config: Config) -> None:
    expected: dict[str, Any] = json.loads(attendu.read_text(encoding="utf-8"))
    verdict = validate(clean(load(workbook, config.classeur.headers_of, config.campagne.annee_scolaire)).table, config)
    assert len(verdict.letters) == expected["letters"]
    assert len(verdict.vacancies) == expected["vacant"]
    assert Counter(letter.dsden for letter in verdict.letters) == expected["per_dsden"]
    euros: defaultdict[str, Decimal] = defaultdict(Decimal)
    for letter in verdict.letters:
        euros[letter.dsden] += letter.montant
    assert euros == {code: Decimal(str(total)) for code, total in expected["euros"].items()}
    assert [(row.sheet, row.line) for row in verdict.rejected] == [
        (one["sheet"], one["row"]) for one in expected["rejected"]
    ]
    said = {
        (one.row.sheet, one.row.line, one.code) for one in verdict.anomalies if one.severity is not Severity.INFORMATION
    }
    for one in [*expected["rejected"], *expected["warned"]]:
        codes = CODES[one["why"]]
        assert {
            (one["sheet"], one["row"], code) for code in (codes if isinstance(codes, tuple) else (codes,))
        } & said, one
    assert {one.code for one in verdict.anomalies} <= set(TITLES), "every kind of anomaly has a heading in the report"


@pytest.mark.parametrize(("workbook", "attendu"), CAMPAIGNS, ids=lambda path: path.stem)
def test_a_whole_campaign_is_produced(workbook: Path, attendu: Path, tmp_path: Path) -> None:
    expected: dict[str, Any] = json.loads(attendu.read_text(encoding="utf-8"))
    done = mlds("produire", workbook, "--sortie", tmp_path)
    assert done.returncode == (ExitCode.ROWS_LEFT if expected["rejected"] else ExitCode.OK), done.stderr
    report = report_of(tmp_path / "2026-2027")
    assert {lot["dsden"]: lot["lettres"] for lot in report["lots"]} == expected["per_dsden"]
    assert {lot["dsden"]: float(lot["montant_total"]) for lot in report["lots"]} == expected["euros"]
    check_bundles(tmp_path / "2026-2027")
    check_letters(tmp_path / "2026-2027")
    letters = {pdf.name: lines_of(pdf) for pdf in (tmp_path / "2026-2027/lettres").glob("DSDEN-*/*.pdf")}
    assert {name: faults for name, pages in letters.items() if (faults := list(faults_of(pages)))} == {}
    long = [name for name, pages in letters.items() if len(pages) > 1]
    assert len(long) <= max(1, len(letters) // 50), "98 % of the letters, or all but one, are on one page"
