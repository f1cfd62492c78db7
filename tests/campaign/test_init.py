"""`mlds init`: a folder ready to work in, from the checkout and from the wheel, without writing over anything."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from pipeline.campaign.starter import FILES, PROGRAMME, lay
from pipeline.errors import ExitCode, OutputError
from pipeline.settings.config import read_config
from support.program import ROOT, mlds


def test_a_new_folder_holds_all_that_a_campaign_takes(tmp_path: Path) -> None:
    laid = lay(tmp_path / "Campagne d’été")
    assert (laid.written, laid.kept) == (tuple(FILES.values()), ())
    for source, name in FILES.items():
        if not source.endswith(".md"):
            assert (laid.folder / name).read_bytes() == (ROOT / source).read_bytes()
    config = read_config(laid.folder / "config.toml")
    assert config.gabarit.fichier == laid.folder / "templates/lettre_mission.docx"
    assert config.courrier.modele == laid.folder / "templates/courriel.txt"
    assert config.classeur.dossier == laid.folder / "entree"
    assert list(config.classeur.dossier.iterdir()) == []
    assert (laid.folder / PROGRAMME).read_text(encoding="utf-8") == f"{sys.executable}\n"
    assert os.access(laid.folder / "lancer.sh", os.X_OK)


def test_a_new_folder_inherits_nothing_that_was_decided_for_another_campaign(tmp_path: Path) -> None:
    """A clone whose config.toml was filled in, which is what its owner works with."""
    clone = tmp_path / "clone"
    for source in (*FILES, "pipeline"):
        target = clone / source
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / source).is_dir() else shutil.copy)(ROOT / source, target)
    config = clone / "config.toml"
    shipped = config.read_text(encoding="utf-8")
    filled = shipped.replace('envoi_en_clair_decide_par = ""', 'envoi_en_clair_decide_par = "la rectrice, en 2024"')
    filled = filled.replace('expediteur = ""', 'expediteur = "quelquun@ac-exemple.fr"')
    config.write_text(
        filled.replace("[classeur.colonnes]", '[classeur.colonnes]\nchef = "Supérieur"'), encoding="utf-8"
    )
    done = mlds("init", "Essai", cwd=clone, env={**os.environ, "PYTHONPATH": str(clone)})
    assert done.returncode == ExitCode.OK, done.stderr
    assert (clone / "Essai/config.toml").read_text(encoding="utf-8") == shipped


def test_what_is_laid_is_the_project_s_own_config() -> None:
    assert (ROOT / "pipeline/campaign/starter/config.toml").read_bytes() == (ROOT / "config.toml").read_bytes()


def test_what_is_there_is_left_and_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("# le mien\n", encoding="utf-8")
    (tmp_path / "templates/courriel.txt").mkdir(parents=True)
    (tmp_path / "lancer.sh").symlink_to(tmp_path / "nulle part")
    done = mlds("init", ".", cwd=tmp_path)
    assert done.returncode == ExitCode.OK
    assert (
        "Laissés tels quels, car ils existaient déjà : config.toml, templates/courriel.txt, lancer.sh." in done.stderr
    )
    assert (tmp_path / "config.toml").read_text(encoding="utf-8") == "# le mien\n"
    assert list((tmp_path / "templates/courriel.txt").iterdir()) == []
    assert not (tmp_path / "nulle part").exists()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    again = mlds("init", tmp_path, cwd=tmp_path)
    assert "Rien n’a été écrit." in again.stderr
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}


def test_a_program_that_moved_is_found_again(tmp_path: Path) -> None:
    note = tmp_path / PROGRAMME
    note.write_text(str(tmp_path / "ancien/python"), encoding="utf-8")
    lay(tmp_path)
    assert note.read_text(encoding="utf-8") == f"{sys.executable}\n"
    note.write_text(str(tmp_path / "config.toml"), encoding="utf-8")
    lay(tmp_path)
    assert note.read_text(encoding="utf-8") == str(tmp_path / "config.toml")


def test_a_place_that_is_no_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "fichier").touch()
    with pytest.raises(OutputError, match="un fichier porte le nom d’un dossier"):
        lay(tmp_path / "fichier")


def test_the_wheel_lays_the_folder_and_makes_the_letters_of_its_example(tmp_path: Path) -> None:
    """The package as pip installs it, in an environment of its own; only the libraries are those of the tests."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    wheels, place = tmp_path / "wheels", tmp_path / "venv"
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(wheels), str(ROOT)]
    subprocess.run([*pip, *build], check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    venv.create(place)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    install = ["--python", str(scripts / "python"), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([*pip, *install], check=True, capture_output=True)
    (site,) = place.rglob("site-packages")
    (site / "bibliotheques.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        """Run the installed command as a person does."""
        clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.run(
            [scripts / "mlds", *args], cwd=tmp_path / "ici", env=clean, capture_output=True, text=True
        )

    (tmp_path / "ici").mkdir()
    laid = run("init", ".")
    assert laid.returncode == ExitCode.OK, laid.stderr
    assert run("produire", "absent.xlsx").stderr.endswith(". [M1]\n")
    done = run("produire", "exemple.xlsx")
    assert done.returncode == ExitCode.ROWS_LEFT, done.stderr
    told = json.loads((tmp_path / "ici/sortie/2026-2027/rapport.json").read_text(encoding="utf-8"))
    expected = json.loads((ROOT / "tests/support/data/sample.attendu.json").read_text(encoding="utf-8"))
    assert told["lignes"]["lettres"] == sum(lot["lettres"] for lot in told["lots"]) == expected["letters"]
