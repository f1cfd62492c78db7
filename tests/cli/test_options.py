"""Every option of every command does something: it is run with and without, and what comes of it is not the same."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import webbrowser
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import reload
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest
from openpyxl import Workbook

from pipeline import __version__
from pipeline.cli import main
from pipeline.errors import ExitCode
from pipeline.uai import key_of
from support.mail_servers.faulty import FaultyServer
from support.program import ROOT
from support.ready_campaign import settings, write_campaign
from support.rows import GOOD, HEADERS

ROWS = (GOOD, GOOD | {"uai": "0939999" + key_of("0939999")}, GOOD | {"uai": "", "referent_nom": "Sansnumero"})
MEE = "sortie/2026-2027"
PROVED: set[tuple[str, str]] = set()


def proves(*pairs: tuple[str, str]) -> Callable[[Any], Any]:
    """Note that a test proves options, each with its command (« » is `mlds` itself)."""
    PROVED.update(pairs)
    return lambda test: test


@dataclass(frozen=True)
class Outcome:
    """What a command came to: its exit code, all that it said, the files under its folder with their digests."""

    code: int
    said: str
    files: dict[str, str]

    def named(self, pattern: str) -> list[str]:
        return sorted(Path(name).name for name in self.files if re.search(pattern, name))


class Folder:
    """A folder to work in; `run` is a command typed there, in this very process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, *args: str) -> Outcome:
        said = StringIO()
        code = 0
        with chdir(self.path), redirect_stderr(said), redirect_stdout(said):
            try:
                main(list(args), prog_name="mlds")
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Outcome(code, " ".join(said.getvalue().split()), self.files)

    @property
    def files(self) -> dict[str, str]:
        found = (path for path in self.path.rglob("*") if path.is_file())
        return {path.relative_to(self.path).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def workbook(path: Path, title: str = "", **cells: Any) -> None:
    book = Workbook()
    book.properties.title = title
    book.active.append(list(HEADERS.values()))
    for row in ROWS:
        book.active.append([(row | cells)[role] for role in HEADERS])
    book.save(path)


@pytest.fixture(scope="module")
def produced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where letters were made, so that they need not be again; their bundles and reports are not there."""
    folder = tmp_path_factory.mktemp("options") / "dossier"
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copy(ROOT / "config.toml", folder)
    (folder / "entree").mkdir()
    workbook(folder / "entree/classeur.xlsx")
    assert Folder(folder).run("produire").code == ExitCode.ROWS_LEFT
    for path in (folder / MEE).iterdir():
        if not path.name.startswith((".", "journal")):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return folder


@pytest.fixture
def fresh(produced: Path, tmp_path: Path) -> Callable[[], Folder]:
    """Return a function that gives a copy of that folder."""

    def copy() -> Folder:
        target = tmp_path / f"copie{len(list(tmp_path.iterdir()))}"
        return Folder(Path(shutil.copytree(produced, target)))

    return copy


Fresh = Callable[[], Folder]


def options(command: click.Command) -> list[str]:
    return [param.opts[-1] for param in command.params if isinstance(param, click.Option)]


COMMANDS = {"": main, **main.commands}


def test_no_option_is_left_without_a_proof() -> None:
    assert {(name, option) for name, command in COMMANDS.items() for option in options(command)} == PROVED


@proves(*((name, "--help") for name in COMMANDS))
@pytest.mark.parametrize("name", COMMANDS)
def test_help_tells_every_option_and_does_nothing(name: str, tmp_path: Path) -> None:
    done = Folder(tmp_path).run(*name.split(), "--help")
    assert (done.code, done.files) == (0, {})
    assert all(option in done.said for option in options(COMMANDS[name]))


@proves(("", "--version"))
def test_version(tmp_path: Path) -> None:
    assert Folder(tmp_path).run("--version").said == f"mlds {__version__}"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch whose clock nobody waits for: it is ended as by Ctrl-C after ten of its seconds."""
    time = [0.0]

    def sleep(seconds: float) -> None:
        time[0] += seconds
        if time[0] % 20 > 10:
            time[0] += 20 - time[0] % 20
            raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.cli.commands.sleep", sleep)
    monkeypatch.setattr("pipeline.cli.commands.monotonic", lambda: time[0])


MUST = {"purger": ("--avant", "2024")}
"""What a command cannot do without."""
WITH_CONFIG = [name for name, command in main.commands.items() if "--config" in options(command)]


@proves(*((name, "--config") for name in WITH_CONFIG))
@pytest.mark.parametrize("name", WITH_CONFIG)
def test_config_names_the_settings(name: str, fresh: Fresh, hurried: None) -> None:
    words = [name, *MUST.get(name, ())]
    folder = fresh()
    shutil.move(folder.path / "config.toml", folder.path / "autre.toml")
    without, with_it = folder.run(*words), folder.run(*words, "--config", "autre.toml")
    assert "config.toml : ce fichier de réglages n’existe pas" in without.said
    assert without.code == ExitCode.CONFIG
    assert "n’existe pas" not in with_it.said.split("autre.toml")[0]
    assert with_it.code != ExitCode.CONFIG or "[courrier]" in with_it.said


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="Word may be there")
@proves(*(("surveiller", option) for option in ("--sortie", "--dsden", "--moteur", "--strict", "--garder-docx")))
def test_surveiller_produces_as_it_is_asked_to(fresh: Fresh, hurried: None) -> None:
    def watched(*args: str) -> tuple[Path, Outcome]:
        folder = fresh()
        workbook(folder.path / "entree/classeur.xlsx", title="bis")  # other bytes, which await their letters
        return folder.path, folder.run("surveiller", "--moteur", "libreoffice", *args)

    _, plain = watched()
    assert len(plain.named(rf"^{MEE}/lots/[^/]*\.zip$")) == 2
    assert plain.named(rf"^{MEE}/docx/") == []
    assert "« word » n’est pas utilisable" in watched("--moteur", "word")[1].said
    assert watched("--strict")[1].named(r"\.zip$") == []
    assert watched("--dsden", "93")[1].named(r"\.zip$") == ["DSDEN-93_2026-2027.zip"]
    assert len(watched("--sortie", "ailleurs", "--garder-docx")[1].named(r"^ailleurs/2026-2027/docx/.*\.docx$")) == 2


@proves(("journal", "--sortie"))
def test_the_journal_of_another_folder(fresh: Fresh) -> None:
    folder = fresh()
    assert "Passages : 1" in folder.run("journal").said
    assert "Passages : 1" not in folder.run("journal", "--sortie", "ailleurs").said


@proves(("journal", "--reprendre"), ("journal", "--confirmer"))
def test_a_damaged_journal_is_put_back_when_it_is_confirmed(fresh: Fresh) -> None:
    folder = fresh()
    journal = folder.path / MEE / "journal.sqlite"
    good = journal.read_bytes()
    journal.write_bytes(good[:3000] + b"!" + good[3001:])
    folder.run("journal")
    folder.run("journal", "--reprendre")
    assert journal.read_bytes() != good
    folder.run("journal", "--reprendre", "--confirmer")
    assert journal.read_bytes() == good


def past(folder: Folder, year: str, where: str = "sortie") -> Path:
    """Give a folder the campaign of a past year."""
    former = Folder(folder.path / f"campagne-{year}")
    shutil.copytree(ROOT / "templates", former.path / "templates")
    shutil.copy(ROOT / "config.toml", former.path)
    config = settings(former.path, "ac-exemple.fr")
    write_campaign(config)
    return config.dossier_annee.rename(folder.path / where / year)


@proves(("purger", "--avant"), ("purger", "--confirmer"), ("purger", "--sortie"))
def test_purger_takes_past_years_once_it_is_confirmed(fresh: Fresh) -> None:
    folder = fresh()
    (folder.path / "ailleurs").mkdir()
    here, there = past(folder, "2023-2024"), past(folder, "2022-2023", "ailleurs")

    def lots() -> list[str]:
        return [one.parent.parent.name for one in (here, there) if list(one.rglob("*.zip"))]

    both = lots()
    assert len(both) == 2
    folder.run("purger", "--avant", "2023", "--confirmer")
    assert lots() == both
    assert "2023-2024" in folder.run("purger", "--avant", "2024").said
    assert lots() == both
    folder.run("purger", "--avant", "2024", "--confirmer")
    assert list(here.rglob("*.zip")) == []
    assert list(there.rglob("*.zip"))
    folder.run("purger", "--avant", "2024", "--confirmer", "--sortie", "ailleurs")
    assert list(there.rglob("*.zip")) == []


@proves(("controler", "--sortie"))
def test_controler_looks_where_sortie_says(fresh: Fresh) -> None:
    folder = fresh()
    folder.run("produire", "--sortie", "ailleurs")
    assert folder.run("controler", "--sortie", "ailleurs").code == ExitCode.OK
    assert folder.run("controler").code != ExitCode.OK


@proves(("produire", "--sortie"), ("verifier", "--sortie"))
@pytest.mark.parametrize("name", ["produire", "verifier"])
def test_sortie_moves_the_results(name: str, fresh: Fresh) -> None:
    here, there = fresh().run(name).files, fresh().run(name, "--sortie", "ailleurs").files
    assert [file for file in here if re.fullmatch(r"sortie/.*rapport\.json", file)]
    assert not [file for file in here if file.startswith("ailleurs")]
    assert [file for file in there if re.fullmatch(r"ailleurs/.*rapport\.json", file)]
    assert not [file for file in there if re.fullmatch(r"sortie/.*rapport\.json", file)]


@proves(("init", "--academie"), ("init", "--annee"), ("init", "--depart"), ("init", "--decide-par"))
@pytest.mark.parametrize(
    ("option", "setting"),
    [
        (("--academie", "Lyon"), 'academie = "académie de Lyon"'),
        (("--annee", "2031"), 'annee_scolaire = "2031-2032"'),
        (("--depart", "chiffres"), "chiffrement = true"),
        (("--depart", "clair", "--decide-par", "moi, hier"), 'envoi_en_clair_decide_par = "moi, hier"'),
    ],
)
def test_init_writes_what_it_is_told(option: tuple[str, ...], setting: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.run("init", "sans")
    folder.run("init", "avec", *option)
    lines = [(tmp_path / name / "config.toml").read_text(encoding="utf-8").splitlines() for name in ("sans", "avec")]
    assert [setting in text for text in lines] == [False, True]


@proves(("produire", "--remettre"))
def test_remettre_puts_a_corrected_copy_back(fresh: Fresh) -> None:
    for option in ((), ("--remettre",)):
        folder = fresh()
        folder.run("verifier")
        folder.run("produire", "sortie/verification/2026-2027/anomalies.xlsx", *option)
        assert bool(folder.run("journal").named(r"entree/anciens/")) is bool(option)


@proves(("verifier", "--detail"))
def test_detail_shows_what_was_shown_before(fresh: Fresh) -> None:
    folder = fresh()
    assert "colonnes comprises" in folder.run("verifier").said
    assert "colonnes comprises" not in folder.run("verifier").said
    assert "colonnes comprises" in folder.run("verifier", "--detail").said


@proves(("produire", "--dsden"))
def test_dsden_makes_its_own_bundle_only(fresh: Fresh) -> None:
    assert fresh().run("produire").named(r"lots/DSDEN.*zip$") == ["DSDEN-77_2026-2027.zip", "DSDEN-93_2026-2027.zip"]
    assert fresh().run("produire", "--dsden", "93").named(r"lots/DSDEN.*zip$") == ["DSDEN-93_2026-2027.zip"]
    both = fresh().run("produire", "--dsden", "93", "--dsden", "77")
    assert both.named(r"lots/DSDEN.*zip$") == ["DSDEN-77_2026-2027.zip", "DSDEN-93_2026-2027.zip"]


@proves(("produire", "--limite"))
def test_limite_is_a_trial(fresh: Fresh) -> None:
    trial = fresh().run("produire", "--limite", "1")
    assert "1 lettre à faire" in trial.said
    assert [file for file in trial.files if file.endswith(".zip")] == [
        "sortie/essai/2026-2027/lots/DSDEN-77_2026-2027.zip"
    ]
    assert "2 lettres à faire" in fresh().run("produire").said


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="Word may be there")
@proves(("produire", "--moteur"))
def test_moteur_chooses_what_converts(fresh: Fresh) -> None:
    assert "« word » n’est pas utilisable" in (done := fresh().run("produire", "--moteur", "word")).said
    assert done.code == ExitCode.CONVERSION
    assert fresh().run("produire", "--moteur", "libreoffice").code == ExitCode.ROWS_LEFT


@proves(("produire", "--strict"))
def test_strict_makes_no_bundle_beside_a_row_to_correct(fresh: Fresh) -> None:
    assert fresh().run("produire", "--strict").named(r"\.zip$") == []
    assert len(fresh().run("produire").named(r"\.zip$")) == 2


@proves(("produire", "--refaire"))
def test_refaire_makes_all_the_letters_again(fresh: Fresh) -> None:
    assert "2 lettres conformes, dont 2 faites à ce passage" in fresh().run("produire", "--refaire").said
    assert "2 lettres conformes, dont 0 faite à ce passage" in fresh().run("produire").said


@proves(("produire", "--confirmer"))
def test_confirmer_makes_again_letters_that_were_sent(fresh: Fresh) -> None:
    desk = fresh()
    codes = [name[6:8] for name in desk.run("produire").named(r"/lots/.*\.zip$")]
    assert "✔" in desk.run("envoyer", "--deja-envoye", *codes, "--confirmer").said
    settings = desk.path / "config.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("du 21 juillet 2016", "du 22 juillet 2016"), "utf-8"
    )
    assert desk.run("produire").code == ExitCode.INPUT
    assert desk.run("produire", "--confirmer").code == ExitCode.ROWS_LEFT


@proves(("produire", "--garder-docx"))
def test_garder_docx_keeps_the_word_letters(fresh: Fresh) -> None:
    assert len(fresh().run("produire", "--garder-docx").named(rf"{MEE}/docx/.*\.docx$")) == 2
    assert fresh().run("produire").named(rf"{MEE}/docx/") == []


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the browser is chosen otherwise there")
@proves(("produire", "--ouvrir"), ("verifier", "--ouvrir"))
@pytest.mark.parametrize("name", ["produire", "verifier"])
def test_ouvrir_opens_the_report(name: str, fresh: Fresh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, browser = tmp_path / "ouvert", tmp_path / "navigateur"
    browser.write_text(f'#!/bin/sh\necho "$@" >> "{opened}"\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    monkeypatch.setenv("DISPLAY", ":99")
    reload(webbrowser)  # it reads BROWSER once
    folder = fresh()
    folder.run(name)
    assert not opened.exists()
    folder.run(name, "--ouvrir")
    (shown,) = opened.read_text().split()
    report = Path(shown.removeprefix("file://"))
    assert report.is_relative_to(folder.path / "sortie")
    assert report.name == "rapport.html"


@proves(("modele", "--sortie"))
def test_the_annotated_template_goes_where_sortie_says(fresh: Fresh) -> None:
    from docx import Document

    folder = fresh()
    wrong = Document(str(folder.path / "templates/lettre_mission.docx"))
    wrong.add_paragraph("{{ referent.nmo }}")
    wrong.save(str(folder.path / "faux.docx"))
    assert folder.run("modele", "faux.docx").named(r"^sortie/.*-annote\.docx$") == ["faux-annote.docx"]
    assert folder.run("modele", "faux.docx", "--sortie", "ailleurs").named(r"^ailleurs/.*docx$") == ["faux-annote.docx"]


@proves(("modele", "--champs"))
def test_champs_lists_what_each_field_means(fresh: Fresh) -> None:
    assert "Première ligne" in fresh().run("modele", "--champs").said
    assert "Première ligne" not in fresh().run("modele").said


@proves(("modele", "--classeur"))
def test_classeur_gives_the_values(fresh: Fresh) -> None:
    folder = fresh()
    workbook(folder.path / "autre.xlsx", commune="Montapart")
    assert "Montapart" in folder.run("modele", "--champs", "--classeur", "autre.xlsx").said
    assert "Montapart" not in folder.run("modele", "--champs").said


@proves(("modele", "--apercu"))
def test_apercu_prints_letters(fresh: Fresh) -> None:
    assert fresh().run("modele", "--apercu").named(r"^sortie/apercu/.*\.pdf$")
    assert fresh().run("modele").named(r"^sortie/apercu/") == []


@pytest.fixture
def campaign(tmp_path: Path) -> Folder:
    """A folder with two bundles ready to leave."""
    folder = tmp_path / "campagne"
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copy(ROOT / "config.toml", folder)
    write_campaign(settings(folder, "ac-exemple.fr"), {"77": (900,), "93": (900, 800)})
    return Folder(folder)


@pytest.fixture
def server(campaign: Folder, certificates: Any) -> Any:
    """The mail server that the campaign's settings name."""
    with FaultyServer(context=certificates.good) as running:
        settings(
            campaign.path, "ac-exemple.fr", serveur="127.0.0.1", port=running.port, autorite=str(certificates.authority)
        )
        yield running


def recipients(server: FaultyServer) -> list[str]:
    taken = [one for message in server.received for one in message.recipients]
    server.received.clear()
    return taken


BOXES = ["ce.77mlds@ac-exemple.fr", "ce.93mlds@ac-exemple.fr"]


@proves(("envoyer", "--confirmer"), ("envoyer", "--dsden"), ("envoyer", "--essai"), ("envoyer", "--renvoyer"))
def test_what_leaves_and_for_whom(campaign: Folder, server: FaultyServer) -> None:
    campaign.run("envoyer")
    assert recipients(server) == []
    campaign.run("envoyer", "--essai", "moi@ac-exemple.fr")
    assert recipients(server) == ["moi@ac-exemple.fr"] * 2
    campaign.run("envoyer", "--confirmer", "--dsden", "93")
    assert recipients(server) == BOXES[1:]
    campaign.run("envoyer", "--confirmer")
    assert recipients(server) == BOXES[:1]
    campaign.run("envoyer", "--confirmer")
    assert recipients(server) == []
    campaign.run("envoyer", "--confirmer", "--renvoyer", "93")
    assert recipients(server) == BOXES[1:]


@proves(("envoyer", "--complet"))
def test_complet_sends_the_whole_bundle_again(fresh: Fresh, certificates: Any) -> None:
    folder = fresh()
    with FaultyServer(context=certificates.good) as server:
        settings(
            folder.path, "ac-creteil.fr", serveur="127.0.0.1", port=server.port, autorite=str(certificates.authority)
        )
        folder.run("produire")
        assert folder.run("envoyer", "--confirmer", "--ici").code == ExitCode.OK
        workbook(folder.path / "entree/classeur.xlsx", imp="1", montant=1250)
        folder.run("produire")
        assert "Rectificatif n° 1" in folder.run("envoyer").said
        assert "Rectificatif" not in folder.run("envoyer", "--complet").said


@proves(("envoyer", "--brouillons"))
def test_brouillons_writes_the_messages(campaign: Folder) -> None:
    assert campaign.run("envoyer").named(r"\.eml$") == []
    assert len(campaign.run("envoyer", "--brouillons").named(r"\.eml$")) == 2


@proves(("envoyer", "--ici"))
def test_ici_says_that_one_sends_from_a_copy(campaign: Folder, tmp_path: Path) -> None:
    copy = Folder(Path(shutil.copytree(campaign.path, tmp_path / "ailleurs")))
    assert copy.run("envoyer", "--brouillons").code == ExitCode.MAIL
    assert copy.run("envoyer", "--brouillons", "--ici").code == ExitCode.OK
    assert copy.run("envoyer", "--brouillons").code == ExitCode.OK


@proves(("envoyer", "--deja-envoye"))
def test_deja_envoye_notes_what_left_by_hand(campaign: Folder) -> None:
    assert "noté" in campaign.run("envoyer", "--deja-envoye", "93", "--confirmer").said
    said = campaign.run("envoyer").said
    assert (said.count("→ déjà envoyé le"), said.count("→ à envoyer")) == (1, 1)
    assert "Rien n’est à noter" in campaign.run("envoyer", "--deja-envoye", "93", "--confirmer").said


@proves(("envoyer", "--pas-envoye"))
def test_pas_envoye_says_that_a_draft_did_not_leave(campaign: Folder) -> None:
    campaign.run("envoyer", "--brouillons")
    assert campaign.run("envoyer").said.count("→ en brouillon depuis le") == 2
    campaign.run("envoyer", "--pas-envoye", "93", "--confirmer")
    said = campaign.run("envoyer").said
    assert (said.count("→ en brouillon depuis le"), said.count("→ à envoyer")) == (1, 1)


@proves(("envoyer", "--sortie"))
def test_sortie_says_whose_bundles_leave(campaign: Folder) -> None:
    shutil.copytree(campaign.path / "sortie", campaign.path / "ailleurs")
    shutil.rmtree(campaign.path / "sortie")
    assert campaign.run("envoyer").code == ExitCode.MAIL
    assert "ce.93mlds@ac-exemple.fr" in campaign.run("envoyer", "--sortie", "ailleurs").said
