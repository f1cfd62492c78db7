"""The pages for the staff: every message has its line with cause and remedy, and no line is about a message that is no more."""

from __future__ import annotations

import re
import shutil
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.campaign import starter
from pipeline.campaign.starter import page_of
from pipeline.cli.message_codes import code_of, coded, quotes, rows
from pipeline.cli.usage import INTERRUPTED
from pipeline.errors import ExitCode
from pipeline.journal.witness import MISSING, UNTOUCHED, Tenue, unaware, unfit
from pipeline.summarize.kinds import KINDS
from support.error_messages import HOLE, french_texts, noticed, stopping
from support.program import ROOT, mlds

PAGES = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("guide.md", "gabarit.md", "messages.md")}
LINES = [row.split(" | ") for row in PAGES["messages.md"].split("## Le classeur")[1].splitlines() if "« " in row[:12]]
MESSAGES = stopping() | noticed()


@pytest.mark.parametrize(("text", "place"), [pytest.param(*one, id=one[1]) for one in stopping().items()])
def test_every_message_that_stops_a_command_has_its_line(text: str, place: str) -> None:
    assert code_of(text), f"{place}: no line of docs/messages.md speaks of « {text} »"


@pytest.mark.parametrize(("text", "place"), [pytest.param(*one, id=one[1]) for one in noticed().items()])
def test_every_remark_about_a_run_has_its_line(text: str, place: str) -> None:
    assert code_of(text), f"{place}: no line of docs/messages.md speaks of « {text} »"


def test_no_two_lines_are_about_one_message() -> None:
    said = [text.removesuffix(UNTOUCHED) for text in MESSAGES]  # the end of several messages, and a line of its own
    assert [text for text in said if len(codes_of(text)) > 1] == []


def codes_of(text: str) -> list[str]:
    return [code for code, phrases in rows().items() if any(quotes(phrase, text) for phrase in phrases)]


def test_each_doubt_about_the_journal_has_the_same_code() -> None:
    doubts = [said for one in Tenue if (said := unfit(one))]
    assert {code_of(f"journal.sqlite : {said} {UNTOUCHED}") for said in [*doubts, unaware(["lot.zip"])]} == {
        code_of(MISSING)
    }


CODES = {text: codes_of(text) for text in MESSAGES}


@settings(max_examples=25)
@given(st.lists(st.one_of(st.from_regex(r"[\w '’./\\-]{1,12}", fullmatch=True), st.integers().map(str)), min_size=1))
@example(["C:\\Users\\Élodie D’Arc\\référents 2026.xlsx", "0770002J", "77", "Collège Condorcet", "3"])
@example([""])
def test_a_message_has_its_code_alone_whatever_fills_it(fillings: list[str]) -> None:
    for text, codes in CODES.items():
        turns = cycle(fillings)
        filled = re.sub(HOLE, lambda _, turns=turns: next(turns), text)  # type: ignore[misc]
        assert codes_of(filled) == codes, filled


@given(st.text())
@example(INTERRUPTED)
@example("Rien n’a été envoyé.")
@example("entree/référents.xlsx : ce fichier est trop vieux. Enregistrez-le à nouveau.")
def test_a_sentence_of_no_line_has_no_code(text: str) -> None:
    assert coded(text) == text


def test_a_code_is_of_one_line_and_none_is_lost() -> None:
    """A code that no longer serves stays in the page, with the line that says so: nobody is sent to another message."""
    written = [line[0].removeprefix("| ") for line in LINES]
    gone = re.findall(r"M\d+", PAGES["messages.md"].partition("Codes qui ne servent plus :")[2])
    numbers = sorted(int(code.removeprefix("M")) for code in written + gone)
    assert numbers == list(range(1, len(numbers) + 1)), "each new line takes the next code"
    assert list(rows()) == written


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (["produire", "absent.xlsx"], "absent.xlsx : ce fichier n’existe pas. Vérifiez son nom et son dossier. [M1]\n"),
        (["verifier", "--config", "autre.toml"], "indiquez son emplacement avec --config. [M45]\n"),
        (["produir"], "Vouliez-vous dire « produire » ? [M117]\nLancez « python -m pipeline --help »"),
        (["verifier", "–limite", "3"], "tapez « --limite ». [M117]\n"),
        (["produire", "--config", "faux.toml"], "\n[M48]\n"),
    ],
)
def test_what_stops_a_command_ends_with_its_code(tmp_path: Path, typed: list[str], shown: str) -> None:
    (tmp_path / "faux.toml").write_text("[campagne]\nannee = 3\n", encoding="utf-8")
    shutil.copy(ROOT / "config.toml", tmp_path)
    assert shown in mlds(*typed, cwd=tmp_path).stderr


def test_each_code_is_an_anchor_of_the_page_that_is_laid() -> None:
    page = page_of(PAGES["messages.md"], {}).decode()
    assert re.findall(r'<td id="(M\d+)">\1</td>', page) == list(rows())


def test_without_the_page_a_message_is_shown_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for path in (None, tmp_path):  # missing, then no file
        rows.cache_clear()
        monkeypatch.setattr(starter, "shipped", lambda _, path=path: path)
        assert coded("absent.xlsx : ce fichier n’existe pas.") == "absent.xlsx : ce fichier n’existe pas."
    rows.cache_clear()


def test_no_line_is_about_a_message_that_is_no_more() -> None:
    said = list(french_texts())
    phrases = [phrase for row in rows().values() for phrase in row]
    assert [phrase for phrase in phrases if not any(quotes(phrase, text) for text in said)] == []


def test_each_line_has_a_cause_and_a_remedy() -> None:
    assert [line for line in LINES if len(line) != 4 or not all(cell.strip(" |") for cell in line)] == []
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
