"""The pages for the staff: every message has its line with cause and remedy, and no line is about a message that is no more."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, mlds
from messages import french_texts, noticed, stopping

from pipeline.errors import ExitCode
from pipeline.summarize.kinds import KINDS

PAGES = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("guide.md", "gabarit.md", "messages.md")}
LINES = [
    row.split(" | ") for row in PAGES["messages.md"].split("## Le classeur")[1].splitlines() if row.startswith("| « ")
]
QUOTED = re.compile("« ((?:[^«»]|« [^«»]* »)*) »")
PHRASES = [phrase for line in LINES for phrase in QUOTED.findall(line[0])]


def pattern(phrase: str) -> str:
    """Return a phrase of the page as a pattern; « … » stands for whatever the program puts there."""
    return ".*".join(re.escape(piece.strip()) for piece in phrase.split("…"))


PATTERN = re.compile("|".join(f"(?:{pattern(phrase)})" for phrase in PHRASES), re.DOTALL)


@pytest.mark.parametrize(("text", "place"), [pytest.param(*one, id=one[1]) for one in stopping().items()])
def test_every_message_that_stops_a_command_has_its_line(text: str, place: str) -> None:
    assert PATTERN.search(text), f"{place}: no line of docs/messages.md speaks of « {text} »"


@pytest.mark.parametrize(("text", "place"), [pytest.param(*one, id=one[1]) for one in noticed().items()])
def test_every_remark_about_a_run_has_its_line(text: str, place: str) -> None:
    assert PATTERN.search(text), f"{place}: no line of docs/messages.md speaks of « {text} »"


def test_no_line_is_about_a_message_that_is_no_more() -> None:
    said = "\n".join(french_texts())
    missing = [phrase for phrase in PHRASES if not re.search(pattern(phrase).replace(".*", "[^\n]*"), said)]
    assert missing == []


def test_each_line_has_a_cause_and_a_remedy() -> None:
    assert [line for line in LINES if len(line) != 3 or not all(cell.strip(" |") for cell in line)] == []
    assert len(LINES) > 60


def test_every_kind_of_anomaly_is_told() -> None:
    assert all(f"| {kind.titre} | " in PAGES["messages.md"] for kind in KINDS.values())


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    for target, anchor in re.findall(r"(?<!!)\[[^\]]*\]\((?!http)([^)#]*)(?:#([^)]+))?\)", PAGES[name]):
        path = ROOT / "docs" / (target or name)
        assert path.exists(), target
        if anchor:
            assert anchor in [slug(head) for head in re.findall(r"(?m)^#+ (.+)$", path.read_text(encoding="utf-8"))]


def test_whoever_has_only_the_guide_gets_to_the_drafts(tmp_path: Path) -> None:
    steps = PAGES["guide.md"].split("### Pour se faire la main")[1].split("\n## ")[0]
    ends = []
    for command in re.findall(r"`(mlds [^`]+)`", steps):
        here = tmp_path if command.startswith("mlds init") else tmp_path / "Essai"
        if command == "mlds verifier":
            shutil.copy(here / "exemple.xlsx", here / "entree")
        if command == "mlds envoyer":
            file = here / "config.toml"
            written = file.read_text(encoding="utf-8").replace(
                'expediteur = ""\nnom', 'expediteur = "moi@ac-exemple.fr"\nnom'
            )
            file.write_text(written.replace('decide_par = ""', 'decide_par = "essai"'), encoding="utf-8")
        ends.append(mlds(*command.split()[1:], cwd=here).returncode)
    assert ends == [ExitCode.OK, ExitCode.ROWS_LEFT, ExitCode.ROWS_LEFT, ExitCode.OK, ExitCode.OK]
    drafts = sorted(path.name for path in (tmp_path / "Essai").rglob("*.eml"))
    assert [re.search(r"DSDEN-(\d\d)", name)[1] for name in drafts] == ["77", "93", "94"]  # type: ignore[index]
    _no_invented_people_leave(tmp_path / "Essai")


def _no_invented_people_leave(here: Path) -> None:
    """With all that a sending takes, the example is not proposed to a DSDEN, let alone sent."""
    file = here / "config.toml"
    written = file.read_text(encoding="utf-8").replace('serveur = ""', 'serveur = "127.0.0.1"', 1)
    file.write_text(written.replace('nom_expediteur = ""', 'nom_expediteur = "Rectorat"'), encoding="utf-8")
    look, send = mlds("envoyer", cwd=here), mlds("envoyer", "--confirmer", cwd=here)
    assert (look.returncode, send.returncode) == (ExitCode.OK, ExitCode.MAIL)
    assert "--confirmer" not in look.stderr
    assert "personnes inventées du classeur d’exemple : ils ne partent jamais vers une DSDEN" in send.stderr
    page = (here / "sortie/2026-2027/rapport.html").read_text(encoding="utf-8")
    assert "mlds envoyer" not in page


def slug(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
