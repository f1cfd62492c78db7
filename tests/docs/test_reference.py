"""docs/reference.md is what the program is: regenerated here and compared, and each of its tables proved by what happens."""

from __future__ import annotations

import ast
import json
import re
import runpy
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

from pipeline.bundle.differences import Comparaison, Depuis, Detail, Difference, Genre
from pipeline.clean.stage import clean
from pipeline.errors import ExitCode
from pipeline.model import Anomaly, Document, Lot, Modele, Severity
from pipeline.printing.making import failure
from pipeline.proofread.stage import Reading
from pipeline.render.unread import unread_cells
from pipeline.settings.config import Config
from pipeline.settings.fields import Section
from pipeline.summarize.kinds import KINDS
from pipeline.summarize.machine import CLES, rapport_json
from pipeline.summarize.summary import Summary
from pipeline.validate.stage import select, validate
from support.anomaly_rows import ROWS, A, E
from support.program import ROOT
from support.rows import GOOD, table_of
from support.schools import REGISTER

SCRIPT = runpy.run_path(str(ROOT / "docs/fabriquer_reference.py"))
PAGE = (ROOT / "docs/reference.md").read_text(encoding="utf-8")


def test_the_page_is_what_the_program_says_now() -> None:
    assert SCRIPT["reference"]() == PAGE, "make reference"
    messages = (ROOT / "docs/messages.md").read_text(encoding="utf-8")
    assert SCRIPT["messages"](messages) == messages, "make reference"


def settings(section: type[Section] = Config) -> Iterator[tuple[type[Section], str]]:
    """Yield each key of config.toml with its section."""
    for key, field in section.model_fields.items():
        inner = get_args(field.annotation)[0] if get_origin(field.annotation) is tuple else field.annotation
        yield section, key
        if isinstance(inner, type) and issubclass(inner, Section):
            yield from settings(inner)


@pytest.mark.parametrize(("section", "key"), list(settings()), ids=lambda one: getattr(one, "__name__", one))
def test_each_setting_says_what_it_is_and_the_shipped_file_shows_it(section: type[Section], key: str) -> None:
    described = section.model_fields[key].description or ""
    assert described.endswith("."), "a French sentence in its Field(description=…)"
    assert described in PAGE
    assert re.search(rf"(?m)^(# )?(    \{{ .*)?(\[\[?([\w.]*\.)?)?{key}\b", (ROOT / "config.toml").read_text("utf-8"))


STRUCK = {"texte_barre": ("B5", "F5"), "ligne_barree": tuple(f"{letter}5" for letter in "ABCDEFGHIJKL")}
"""The cells that are struck through: the school and the chef’s function, then the whole row."""


def found(code: str, rows: list[dict[str, Any]], config: Config) -> list[Anomaly]:
    """Return what the program says of these rows; what printing finds is said of the first."""
    cleaned = clean(table_of(rows)).table
    table = replace(cleaned, filled=(("Référents", 6, "montant"),)) if code == "imp_fusionnee" else cleaned
    if code in STRUCK:
        table = replace(cleaned, struck={("Référents", cell): code == "texte_barre" for cell in STRUCK[code]})
    in_register = code.endswith("_annuaire") or code in ("uai_inconnu", "uai_autre_etablissement")
    verdict = validate(table, config, REGISTER) if in_register else validate(table, config)
    if code == "hors_selection":
        verdict = select(verdict, ("77",), None)
    if code == "texte_non_lu":
        modele = Modele(config.gabarit.fichier, 2)
        return list(unread_cells(verdict.letters, {letter.row: modele for letter in verdict.letters}, table))
    if code == "conversion_echouee":
        return [failure(verdict.letters[0].row, None)]
    if code == "relecture":
        unlike = Reading(1, frozenset(), ("Le nom n’y est pas.",))
        return [failure(verdict.letters[0].row, unlike)]
    return list(verdict.anomalies)


@pytest.mark.parametrize(("code", "severity"), list(ROWS))
def test_each_kind_of_anomaly_comes_about_with_the_weight_that_the_page_gives(
    code: str, severity: Severity, config: Config
) -> None:
    said = {(one.code, one.severity) for one in found(code, ROWS[code, severity], config)}
    assert (code, severity) in said
    assert all(one.severity in KINDS[one.code].gravites for one in found(code, ROWS[code, severity], config))


def test_no_kind_of_anomaly_is_left_out() -> None:
    assert {(code, severity) for code, kind in KINDS.items() for severity in kind.gravites} == set(ROWS)


def test_no_code_of_the_rules_and_none_of_its_weights_is_unknown_to_the_page() -> None:
    weights = {"error": E, "warning": A}
    codes, weighed = set(), set()
    for path in (ROOT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if (
                name in (*weights, "anomaly", "Anomaly")
                and len(node.args) >= 3
                and isinstance(node.args[1], ast.Constant)
            ):
                codes.add(node.args[1].value)
                weighed |= {(node.args[1].value, weights[name])} if name in weights else set()
    assert len(codes) > 40
    assert codes <= set(KINDS)
    assert weighed <= {(code, severity) for code, kind in KINDS.items() for severity in kind.gravites}


def keys(value: Any, path: str = "") -> Iterator[str]:
    """Yield the keys of a report as the page writes them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from keys(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        assert value, f"an empty list would hide the keys of {path}"
        for inner in value:
            yield from keys(inner, f"{path}[]")
    else:
        yield path


def test_each_key_of_the_report_is_in_the_page_and_no_other(config: Config) -> None:
    cleaned = clean(table_of([GOOD, GOOD | {"uai": ""}]))
    verdict = validate(cleaned.table, config)
    documents = tuple(Document(letter, Path("x.pdf"), 1, "") for letter in verdict.letters)
    lots = (Lot("77", Path("x.zip"), documents, 1, "ab", ("lettres/x.pdf",)),)
    change = Difference(Genre.MODIFIEE, GOOD["uai"], "Collège", "A", "B", (Detail("montant", "1", "2"),))
    differences = (Comparaison("77", Depuis.ENVOI, datetime(2026, 9, 3), (change,)),)
    summary = Summary(
        config, Path("x.xlsx"), cleaned.table, cleaned.changes, verdict, documents, lots, "x", datetime(2026, 9, 1),
        rectificatifs=(replace(lots[0], numero=1),), differences=differences,
    )  # fmt: skip
    assert list(dict.fromkeys(keys(json.loads(rapport_json(summary, {"anomalies.xlsx": b""}))))) == list(CLES)


def test_each_exit_code_has_its_meaning() -> None:
    assert all(f"| `{int(code)}` | {code.sens} |" in PAGE for code in ExitCode)


def test_each_variable_that_the_program_reads_is_in_the_page() -> None:
    read = {
        node.value
        for path in (ROOT / "pipeline").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"MLDS_[A-Z_]+", node.value)
    }
    # Given by the program to the LibreOffice that it starts; what the names of all the passwords begin with.
    own = {"MLDS_TRACE", "MLDS_MOT_DE_PASSE"}
    assert read - own == set(SCRIPT["VARIABLES"])
