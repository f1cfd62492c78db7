from __future__ import annotations

import errno
import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import openpyxl
import pathvalidate
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bundle.stage import NAME_MAX, Plan, plan, write_lots
from pipeline.errors import OutputError
from pipeline.model import Document, Etablissement, Imp, Letter, Lot, Personne, RowRef, Vacancy
from pipeline.settings.config import Config

DEMI = Imp("demi-taux", Fraction(1, 2), Decimal("625.00"))
QUART = Imp("quart de taux", Fraction(1, 4), Decimal("312.50"))


def letter_of(uai: str, nom: str, prenom: str = "Anne", line: int = 5, imp: Imp | None = DEMI) -> Letter:
    school = Etablissement(uai, "Collège des Tilleuls", "Villeneuve")
    return Letter(
        RowRef("Référents", line), school, Personne("Mme", prenom, nom), Personne("M.", "Paul", "Modèle"), imp
    )


@pytest.fixture
def make_document(tmp_path: Path) -> Callable[..., Document]:
    """Return a function that makes the PDF of a letter; its text tells which one it is."""

    def make(letter: Letter) -> Document:
        path = tmp_path / f"{letter.etablissement.uai}-{letter.row.line}.pdf"
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.docinfo["/Title"] = f"{letter.etablissement.uai} {letter.row.line}"
            pdf.save(path, deterministic_id=True)
        return Document(letter, path, 1, hashlib.sha256(path.read_bytes()).hexdigest())

    return make


@pytest.fixture
def here(config: Config, tmp_path: Path) -> Config:
    """The shipped settings, their results in an empty folder."""
    return config.model_copy(update={"sortie": config.sortie.model_copy(update={"dossier": tmp_path / "sortie"})})


def bundle(documents: Sequence[Document], config: Config, vacancies: Sequence[Vacancy] = ()) -> tuple[Lot, ...]:
    """Plan and write bundles where they are to be found once published."""
    return write_lots(plan(documents), config, config.dossier_lots, vacancies)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


names = st.text(max_size=150) | st.sampled_from(
    ["Faure", "FAURE", "Fauré", "faure ", "con", "NUL", "..", "a/b", "a_2", ""]
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["0779999A", "0939999B"]), names, names), max_size=12), st.randoms())
def test_names_never_collide_and_are_legal_on_windows(people: list[tuple[str, str, str]], random: object) -> None:
    documents = [Document(letter_of(*who, line=line), Path("x.pdf"), 1, "") for line, who in enumerate(people)]
    plans = plan(documents)
    members = [name for one in plans for name in one.members]
    assert len({name.lower() for name in members}) == len(people)
    for name in members:
        file = name.removeprefix("lettres/")
        pathvalidate.validate_filename(file, platform="windows", max_len=NAME_MAX)
        assert re.fullmatch(r"[A-Za-z0-9_-]+\.pdf", file)
    assert all(document.letter.dsden == one.dsden for one in plans for document in one.documents)
    shuffled = list(documents)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert plan(shuffled) == plans


@pytest.mark.parametrize(
    ("nom", "prenom", "expected"),
    [
        ("Faure", "Aïcha", "0779999A_Faure_Aicha.pdf"),
        ("d’Almeida", "Thi-Lan", "0779999A_d-Almeida_Thi-Lan.pdf"),
        ("Lœuil", "Zoé", "0779999A_Loeuil_Zoe.pdf"),
        ("Noe\u0308l", "E\u0301lodie", "0779999A_Noel_Elodie.pdf"),
        ("Ωμέγα", "Anne", "0779999A_Omega_Anne.pdf"),
        ("ĐẶNG", "Hùng", "0779999A_DANG_Hung.pdf"),
        ("Иванов", "Сергей", "0779999A_Ivanov_Sergey.pdf"),
        ("北京", "太郎", "0779999A_BeiJing_TaiLang.pdf"),
        ("..\\..\\x", "/etc", "0779999A_x_etc.pdf"),
    ],
)
def test_names_are_folded_to_ascii(nom: str, prenom: str, expected: str) -> None:
    (one,) = plan([Document(letter_of("0779999A", nom, prenom), Path("x.pdf"), 1, "")])
    assert one.members == (f"lettres/{expected}",)


def test_namesakes_are_numbered_in_the_order_of_their_rows() -> None:
    documents = [
        Document(letter_of("0779999A", nom, line=line), Path("x.pdf"), 1, "") for line, nom in enumerate(["Faure"] * 3)
    ]
    (one,) = plan(documents[::-1])
    assert one.members == tuple(f"lettres/0779999A_Faure_Anne{end}.pdf" for end in ("", "_2", "_3"))
    assert [document.letter.row.line for document in one.documents] == [0, 1, 2]


def test_each_bundle_holds_its_own_letters_its_sheet_and_a_manifest_that_tells_the_truth(
    here: Config, make_document: Callable[..., Document]
) -> None:
    letters = [letter_of("0779999A", "Faure", line=5), letter_of("0779999A", "Petit", line=6, imp=QUART)]
    letters += [letter_of("0939999B", "Faure", line=7)]
    vacancy = Vacancy(RowRef("Référents", 8), Etablissement("0939999B", "Collège vacant", "Ici"))
    lots = bundle([make_document(letter) for letter in letters], here, [vacancy])
    assert [(lot.dsden, lot.montant_total) for lot in lots] == [("77", Decimal("937.50")), ("93", Decimal("625.00"))]
    assert [lot.path.name for lot in lots] == ["DSDEN-77_2026-2027.zip", "DSDEN-93_2026-2027.zip"]
    for lot in lots:
        data = lot.path.read_bytes()
        assert (lot.size, lot.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        with zipfile.ZipFile(lot.path) as archive:
            assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
            manifest = json.loads(archive.read("manifeste.json"))
            told = {file["nom"]: (file["octets"], file["sha256"]) for file in manifest.pop("fichiers")}
            held = {name: archive.read(name) for name in archive.namelist() if name != "manifeste.json"}
            assert told == {name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in held.items()}
        assert list(lot.members) == [name for name in held if name.startswith("lettres/")]
        assert [held[name] for name in lot.members] == [document.pdf.read_bytes() for document in lot.documents]
        assert manifest == {
            "annee_scolaire": "2026-2027",
            "dsden": lot.dsden,
            "lettres": len(lot.documents),
            "montant_total": f"{lot.montant_total}",
        }
        sheet = openpyxl.load_workbook(BytesIO(held[f"recapitulatif_DSDEN-{lot.dsden}.xlsx"]), data_only=True)[
            "Lettres"
        ]
        assert {row[0] for row in sheet.iter_rows(min_row=2, max_row=sheet.max_row - 1, values_only=True)} == {
            lot.dsden
        }
        assert sheet.cell(sheet.max_row, 11).value == float(lot.montant_total)


def test_the_same_letters_give_the_same_bytes_in_any_order(
    here: Config, make_document: Callable[..., Document]
) -> None:
    documents = [make_document(letter_of("0779999A", nom, line=line)) for line, nom in enumerate("CAB")]
    folder = here.dossier_annee
    bundle(documents, here)
    first = contents(folder)
    bundle(documents[::-1], here)
    assert contents(folder) == first
    assert list(first) == ["lots/DSDEN-77_2026-2027.zip"]


def test_a_letter_of_another_dsden_is_never_bundled(
    here: Config, make_document: Callable[..., Document], tmp_path: Path
) -> None:
    stranger = make_document(letter_of("0939999B", "Faure"))
    for member in ("lettres/0939999B_Faure_Anne.pdf", "lettres/0779999A_Faure_Anne.pdf"):
        with pytest.raises(AssertionError, match="another DSDEN"):
            write_lots([Plan("77", (stranger,), (member,))], here, tmp_path / "pret")
    assert contents(here.dossier_annee) == {}


def test_a_pdf_that_changed_after_its_proofreading_is_never_bundled(
    here: Config, make_document: Callable[..., Document]
) -> None:
    document = make_document(letter_of("0779999A", "Faure"))
    document.pdf.write_bytes(document.pdf.read_bytes() + b"%")
    with pytest.raises(AssertionError, match="proofread"):
        bundle([document], here)


def test_a_letter_whose_pdf_is_gone_is_said_under_the_name_of_its_bundle(
    here: Config, make_document: Callable[..., Document], tmp_path: Path
) -> None:
    gone = Document(letter_of("0949999C", "Faure"), here.dossier_annee / "absent.pdf", 1, "")
    with pytest.raises(OutputError, match=r"2026-2027/lots/DSDEN-94_2026-2027\.zip"):
        write_lots(plan([make_document(letter_of("0779999A", "Faure")), gone]), here, tmp_path / "pret")
    assert contents(here.dossier_annee) == {}


def test_a_full_disk_is_said_in_french(
    here: Config, make_document: Callable[..., Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pipeline.bundle.writing._write_zip", full)
    with pytest.raises(OutputError, match="plus de place sur le disque"):
        bundle([make_document(letter_of("0779999A", "Faure"))], here)
    assert contents(here.dossier_annee) == {}
