"""The road of the first day: three questions, help that opens by a double click, the texts of the letter read again."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pypdfium2
import pytest

from pipeline.campaign.starter import FILES, lay
from pipeline.campaign.starter.settings import Reponses, annee_of, known_academie, known_annee, settled
from pipeline.errors import CommandError, ConfigError, ExitCode
from pipeline.french.places import NAMES
from pipeline.settings.academies import ACADEMIES, titled
from pipeline.settings.config import read_config
from support.program import ROOT, mlds
from support.secretary import at_terminal

SHIPPED = (ROOT / "pipeline/campaign/starter/config.toml").read_text(encoding="utf-8")
FIRST = "Premier passage de l’année"


class Page(HTMLParser):
    """The names that a page gives, and the addresses that it leads to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.names |= {str(given["id"])} if "id" in given else set()
        self.addresses += [str(given[name]) for name in ("href", "src") if given.get(name)]


def campagne(folder: Path) -> tuple[str, str]:
    text = (folder / "config.toml").read_text(encoding="utf-8")
    return tuple(re.search(rf'^{key} = "(.*)"$', text, re.MULTILINE)[1] for key in ("academie", "annee_scolaire"))  # type: ignore[index,return-value]


# --- Three questions -----------------------------------------------------------------------------------------


def test_three_things_are_asked(tmp_path: Path) -> None:
    code, shown = at_terminal(
        tmp_path, ["", "2027", "clair", "la secrétaire générale, le 3 septembre"], "init", "Essai"
    )
    assert code == ExitCode.OK, shown
    assert shown.index("Votre académie") < shown.index("L’année scolaire") < shown.index("Les lots partent-ils")
    config = read_config(tmp_path / "Essai/config.toml")
    assert (config.campagne.annee_scolaire, config.campagne.academie) == ("2027-2028", "académie de Créteil")
    assert config.courrier.envoi_en_clair_decide_par == "la secrétaire générale, le 3 septembre"
    assert not config.courrier.chiffrement


def test_a_wrong_answer_is_asked_again_three_times_at_most(tmp_path: Path) -> None:
    code, shown = at_terminal(tmp_path, ["Trifouillis", "Rennes", "26", "demain", "2027", ""], "init", "Essai")
    assert (code, campagne(tmp_path / "Essai")) == (ExitCode.OK, ("académie de Rennes", "2027-2028")), shown
    code, shown = at_terminal(tmp_path, ["a", "b", "c"], "init", "Autre")
    assert (code, shown.count("Votre académie"), (tmp_path / "Autre").exists()) == (ExitCode.USAGE, 3, False)


def test_options_answer_for_whom_nobody_asks(tmp_path: Path) -> None:
    done = mlds("init", "Essai", "--academie", "Créteil", "--annee", "2028-2029", "--depart", "chiffres", cwd=tmp_path)
    assert done.returncode == ExitCode.OK, done.stderr
    assert "Faute de réponse" not in done.stderr
    assert "mlds produire exemple.xlsx" in done.stderr.replace("\u00a0", " ")
    config = read_config(tmp_path / "Essai/config.toml")
    assert (config.campagne.annee_scolaire, config.courrier.chiffrement) == ("2028-2029", True)


def test_without_an_answer_what_is_shipped_is_said(tmp_path: Path) -> None:
    done = mlds("init", "Essai", cwd=tmp_path)
    assert "Faute de réponse, config.toml dit : académie de Créteil, 2026-2027." in done.stderr.replace("\u00a0", " ")
    assert "reste à décider dans config.toml" in done.stderr
    assert (tmp_path / "Essai/config.toml").read_text(encoding="utf-8") == SHIPPED


def test_another_academie_has_its_own_dsden_whose_mailboxes_nobody_guesses(tmp_path: Path) -> None:
    done = mlds("init", ".", "--academie", "academie de RENNES", cwd=tmp_path)
    assert campagne(tmp_path)[0] == "académie de Rennes"
    assert "son adresse là où il est écrit" in done.stderr
    assert "intitule" in done.stderr
    assert "produire exemple.xlsx" not in done.stderr.replace("\u00a0", " ")
    text = (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert re.findall(r'^code = "(.*)"$', text, re.MULTILINE) == ["22", "29", "35", "56"]
    assert "ce.77mlds" not in text
    with pytest.raises(ConfigError) as refused:
        read_config(tmp_path / "config.toml")
    assert "quatrième rubrique [[dsden]]" in str(refused.value)
    assert "il faut au moins une valeur" not in str(refused.value)
    for code in ("22", "29", "35", "56"):
        text = text.replace("à compléter", f"ce.{code}mlds@ac-rennes.fr", 1)
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    assert read_config(tmp_path / "config.toml").dsden[0].nom == "Côtes-d’Armor"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--academie", "Trifouillis"], "Tapez l’une d’elles : Aix-Marseille, "),
        (["--annee", "2026-2028"], "n’est pas une année scolaire"),
        (["--annee", "26"], "n’est pas une année scolaire"),
        (["--depart", "clair"], "--decide-par"),
    ],
)
def test_a_wrong_answer_lays_nothing(tmp_path: Path, options: list[str], told: str) -> None:
    done = mlds("init", "Essai", *options, cwd=tmp_path)
    assert (done.returncode, told in done.stderr) == (ExitCode.USAGE, True), done.stderr
    assert not (tmp_path / "Essai").exists()


def test_settings_that_are_there_are_neither_asked_about_nor_replaced(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("# le mien\n", encoding="utf-8")
    code, shown = at_terminal(tmp_path, [], "init", ".")
    assert (code, "Votre académie" in shown) == (ExitCode.OK, False)
    assert mlds("init", ".", "--annee", "2027", cwd=tmp_path).returncode == ExitCode.USAGE
    assert (tmp_path / "config.toml").read_text(encoding="utf-8") == "# le mien\n"


def test_each_academie_is_known_and_each_departement_is_of_one() -> None:
    assert all(known_academie(titled(name)) == name == known_academie(name) for name in ACADEMIES)
    codes = [code for own in ACADEMIES.values() for code in own.split()]
    assert len(codes) == len(set(codes))
    assert set(NAMES) - set(codes) == {"975", "977", "978"}
    assert settled(SHIPPED, Reponses("Créteil")) == SHIPPED


@pytest.mark.parametrize("written", ["2026-2027", "2026", "2026/2027", "2026–27", " 2026 - 2027 "])
def test_a_school_year_is_read(written: str) -> None:
    assert known_annee(written) == "2026-2027"
    assert (annee_of(date(2026, 6, 30)), annee_of(date(2026, 7, 1))) == ("2025-2026", "2026-2027")


def test_an_answer_is_text_and_never_a_setting(tmp_path: Path) -> None:
    text = settled(SHIPPED, Reponses("", "", "clair", 'moi", "x"] serveur = "pirate'))
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    assert read_config(tmp_path / "config.toml").courrier.serveur == ""
    with pytest.raises(CommandError):
        known_annee('2026"\n')


# --- Help ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("depart") / "Lettres").folder


def pages(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in FILES.values() if name.endswith(".html"))


def test_each_page_leads_to_pages_that_are_there(laid: Path) -> None:
    read = {path: Page(path) for path in pages(laid)}
    assert len(read) == 5
    for path, page in read.items():
        for address in page.addresses:
            if address.startswith(("http", "mailto:")):
                continue
            name, _, place = unquote(address).partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.is_file(), f"{path.name} : {address}"
            assert not place or place in read[target].names, f"{path.name} : {address}"


def test_nothing_speaks_of_a_page_that_is_not_there(laid: Path) -> None:
    for path in (*pages(laid), laid / "config.toml"):
        text = re.sub(r'<h[12] id="[^"]*">|href="http[^"]*"', "", path.read_text(encoding="utf-8"))
        assert not re.search(r"docs/|(?:guide|messages|reference|gabarit|architecture|performance)\.md\b", text), (
            path.name
        )


def test_the_aide_memoire_is_one_page(laid: Path, tmp_path: Path) -> None:
    browser = shutil.which("chromium")
    if browser is None:
        pytest.fail("no Chromium here") if os.environ.get("CI") else pytest.skip("no Chromium here")
    pdf = tmp_path / "page.pdf"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={tmp_path}/p"]
    address = (laid / "aide-memoire.html").as_uri()
    subprocess.run([browser, *options, f"--print-to-pdf={pdf}", address], check=True, capture_output=True, timeout=120)
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1


# --- The texts of the letter ---------------------------------------------------------------------------------


def test_the_texts_are_shown_at_the_first_run_of_a_year(tmp_path: Path) -> None:
    mlds("init", ".", cwd=tmp_path)
    shutil.copy(tmp_path / "exemple.xlsx", tmp_path / "entree")

    def shown(*words: str) -> list[str]:
        said = [
            line.removeprefix("  • ") for line in mlds(*words, cwd=tmp_path).stderr.replace("\u00a0", " ").splitlines()
        ]
        return [line for line in said if line.startswith((FIRST, "Visa ", "Référentiel : "))]

    first = shown("verifier")
    visas = read_config(tmp_path / "config.toml").campagne.visas
    assert len(first) == 2 + len(visas)
    assert all(visa in line for visa, line in zip(visas, first[1:-1], strict=True))
    assert [line.endswith("(il parle de 2019-2020 : vaut-il encore ?)") for line in first[1:-1]] == [
        "2019-2020" in visa for visa in visas
    ]
    assert shown("verifier") == []
    assert len(shown("produire")) == len(first), "letters are made for the first time"
    assert shown("produire") == []
    settings = tmp_path / "config.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("2026-2027", "2027-2028"), encoding="utf-8")
    assert FIRST + " 2027-2028" in shown("verifier")[0]
