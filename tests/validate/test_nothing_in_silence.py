"""What a letter prints is what its cell says, or the cleaning log or an anomaly says otherwise: whatever the cell."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.clean.stage import clean
from pipeline.model import Letter
from pipeline.settings.config import Config
from pipeline.table import OTHER, Table, as_text
from pipeline.validate.stage import validate
from support.rows import GOOD, table_of

NAMES = st.sampled_from([
    "PETIT", "petit", "Mme Petit", "M. PETIT", " Petit ", "de la tour", "DE LA TOUR D’AUVERGNE", "Null", "NA", "Vrai",
    "LE BRIS-KERHERVÉ", "McArthur", "Pe\u200btit", "Cafe\u0301", "_x000D_Petit", "N'Diaye", "O’BRIEN", "PETIT Anne",
    "Anne PETIT", "Li", "PETIT\nAnne", "x", "Ab\u00a0Cd", True, 12, "=Petit", "Petit - Grand", "Dr Petit", "",
])  # fmt: skip
TEXTS = st.one_of(
    NAMES,
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12),
    st.text(alphabet="ABab éÉ'-. \n\u00a0\u200b", max_size=12),
)
CELLS = {
    "uai": st.sampled_from(["0779999A", "779999a", " 077 9999 A", "O779999A", "0779999a\n"]),
    "etablissement": TEXTS, "commune": TEXTS, "chef": TEXTS, "chef_fonction": TEXTS, "referent_nom": TEXTS,
    "referent_prenom": TEXTS, "referent_fonction": TEXTS, OTHER + "Observations": TEXTS,
    "chef_prenom": NAMES, "chef_civilite": st.sampled_from(["M.", "Mme", "", "Madame", "monsieur ", "MR", "Dr"]),
    "referent_civilite": st.sampled_from(["M.", "Mme", "", "Madame", "monsieur ", "Mlle", "F"]),
}  # fmt: skip
ROWS = st.lists(
    st.dictionaries(st.sampled_from(sorted(CELLS)), st.none(), min_size=1, max_size=4).flatmap(
        lambda roles: st.fixed_dictionaries({role: CELLS[role] for role in roles})
    ),
    min_size=1, max_size=3,
)  # fmt: skip


WHOLE = {"referent_nom": "referent", "referent_prenom": "referent", "chef_prenom": "chef"}
"""Where a name stands that has no column of its own: in that of the whole name."""


def printed(letter: Letter) -> dict[str, str]:
    ecole, chef, referent = letter.etablissement, letter.chef, letter.referent
    return {
        "uai": ecole.uai, "etablissement": ecole.nom, "commune": ecole.commune,
        "chef_civilite": chef.civilite, "chef": chef.nom, "chef_prenom": chef.prenom, "chef_fonction": chef.fonction,
        "referent_civilite": referent.civilite, "referent_nom": referent.nom, "referent_prenom": referent.prenom,
        "referent_fonction": referent.fonction, **{OTHER + header: text for header, text in letter.autres.items()},
    }  # fmt: skip


def altered_in_silence(table: Table, config: Config) -> list[tuple[str, str, object]]:
    """Return each text of a letter that is not its cell's, and that nothing says."""
    cleaned = clean(table)
    verdict = validate(cleaned.table, config)
    rows = {(row["#feuille"], row["#ligne"]): row for row in table.rows.to_dict("records")}
    said = {(anomaly.row, anomaly.cell) for anomaly in verdict.anomalies}
    logged = {(change.row, change.cell): change.after for change in cleaned.changes}
    found: list[tuple[str, str, object]] = []
    for letter in verdict.letters:
        columns = table.columns[letter.row.sheet]
        for role, text in printed(letter).items():
            if not text and role not in columns:
                continue
            role = role if role in columns else WHOLE.get(role, role)
            place = (letter.row, f"{columns[role].letter}{letter.row.line}") if role in columns else (letter.row, "")
            own = rows[letter.row.sheet, letter.row.line].get(role, "")
            if text != as_text(own) and place not in said and (place not in logged or text not in logged[place]):
                found.append((role, text, own))
    return found


@given(ROWS)
@example([{"chef": "PETIT Anne"}])
@example([{"chef": "Petit Anne", "chef_prenom": "Anne"}])
@example([{"chef": "Anne", "chef_prenom": "Anne"}])
def test_nothing_that_a_letter_prints_is_altered_in_silence(config: Config, rows: list[dict[str, Any]]) -> None:
    assert altered_in_silence(table_of([GOOD | row for row in rows]), config) == []


@given(st.lists(st.tuples(NAMES, st.sampled_from(["", "Anne", "ANNE", "anne"])), min_size=1, max_size=3))
def test_nor_the_whole_name_in_one_cell(config: Config, names: list[tuple[object, str]]) -> None:
    good = {role: cell for role, cell in GOOD.items() if role != "referent_nom"}
    table = table_of([good | {"referent": name, "referent_prenom": first} for name, first in names])
    frame = table.rows.drop(columns="referent_nom")
    columns = {
        sheet: {role: place for role, place in own.items() if role != "referent_nom"}
        for sheet, own in table.columns.items()
    }
    assert altered_in_silence(Table(frame, columns), config) == []
