"""The README says what the code does: stage map, commands, exit codes, layout of the results."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from pipeline.cli import main
from pipeline.errors import ExitCode
from pipeline.settings.config import Config
from support.program import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_map_is_that_of_the_stages() -> None:
    faces = (path.read_text(encoding="utf-8").splitlines()[0] for path in (ROOT / "pipeline").glob("*/__init__.py"))
    found = {int(number[1]): line.strip('"') for line in faces if (number := re.match(r'"""(\d+)\. ', line))}
    assert sorted(found) == list(range(1, 10))
    assert "\n".join(found[number] for number in sorted(found)) in README


def test_the_commands_are_those_of_the_program() -> None:
    table = README.split("## Commands")[1].split("##")[0]
    assert re.findall(r"^\| `mlds (\w+)", table, re.MULTILINE) == list(main.commands)


def test_the_exit_codes_are_those_of_the_program() -> None:
    table = README.split("## Exit codes")[1].split("##")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == [int(code) for code in ExitCode]


def test_every_file_that_the_readme_links_exists() -> None:
    assert all((ROOT / target).exists() for target in re.findall(r"\]\((?!http)([^)#]+)", README))


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/decisions.md", "tests/README.md"]
)
def test_every_module_that_a_page_names_exists(page: str) -> None:
    modules = [path.as_posix() for folder in ("pipeline", "tests", "bench") for path in (ROOT / folder).rglob("*.py")]
    named = re.findall(r"`((?:\w+/)*\w+\.py)`", (ROOT / page).read_text(encoding="utf-8"))
    assert [name for name in named if not any(module.endswith(f"/{name}") for module in modules)] == []


def test_every_test_that_holds_a_decision_exists() -> None:
    decisions = (ROOT / "docs/decisions.md").read_text(encoding="utf-8")
    parts = decisions.split("\n### ")[1:]
    assert [part.split(".")[0] for part in parts] == [str(number) for number in range(1, len(parts) + 1)]
    assert [part.split("\n")[0] for part in parts if "Held by `test_" not in part] == []
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in re.findall(r"`(test_\w+)`", decisions) if f"def {name}(" not in tests] == []


def test_every_picture_of_the_docs_is_shown_and_light() -> None:
    pictures = sorted((ROOT / "docs/images").iterdir())
    guide = (ROOT / "docs/guide.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"!\[[^\]]{20,}\]\(images/([^)]+)\)", guide))
    assert {picture.name for picture in pictures} == shown
    assert sum(picture.stat().st_size for picture in pictures) < 300_000


def test_the_sample_and_the_campaign_never_meet(config: Config) -> None:
    run = subprocess.run(["make", "-n", "run"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "mlds produire data/sample.xlsx --sortie sortie/exemple;" in run
    assert config.sortie.dossier == ROOT / "sortie"
    assert config.classeur.dossier == ROOT / "entree"
    assert [path.name for path in config.classeur.dossier.glob(".git*")] == [".gitkeep"]


def test_help_imports_nothing_heavy() -> None:
    heavy = ("pandas", "pydantic", "docxtpl", "openpyxl", "rich", "pikepdf", "pypdfium2", "babel", "jinja2")
    program = (
        "import sys\nfrom pipeline.cli import main\nmain(['--help'], standalone_mode=False)\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "produire" in done.stdout
