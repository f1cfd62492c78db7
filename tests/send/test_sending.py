"""`mlds envoyer`: what it shows, what it asks, what leaves, and what never does; with a real server."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from pipeline.cli.usage import SENDING_INTERRUPTED, TRIAL_INTERRUPTED, agreed
from pipeline.errors import ExitCode
from pipeline.journal.sendings import Etat
from pipeline.settings.config import Config
from support.journal_at import read_envois
from support.mail_servers.faults import DROP, STALL, Fault, Place
from support.mail_servers.faulty import FaultyServer
from support.program import ROOT, mlds
from support.ready_campaign import write_campaign
from support.rectorat import ALL, SIZES, Rectorat, to, told


def states(config: Config) -> list[tuple[str, int, str, int]]:
    """Return DSDEN, part, state and tries of every sending of the journal, as they are on the disk."""
    with closing(sqlite3.connect(config.journal)) as journal, journal:
        return journal.execute("SELECT dsden, part, etat, essais FROM envoi ORDER BY id").fetchall()


def headers(server: FaultyServer, name: str) -> list[str]:
    return [str(message_from_bytes(one.data, policy=default)[name]) for one in server.received]


def test_alone_it_shows_everything_and_sends_nothing(rectorat: Rectorat) -> None:
    with rectorat.serve() as server:
        done = rectorat.run()
    assert done.returncode == ExitCode.OK, done.stderr
    said = told(done)
    assert all(f"ce.{dsden}mlds@ac-creteil.fr" in said for dsden in ALL)
    assert "Total de ce qui partirait 6 3 750,00 €" in said
    assert said.count("→ à envoyer") == 3
    assert "Rien n’a été envoyé. Pour envoyer ces 3 messages : « mlds envoyer --confirmer --config " in said
    assert said.endswith('config.toml" ».')
    assert (sum(server.seen.values()), states(rectorat.config)) == (0, [])


def test_confirmed_each_dsden_receives_its_own_bundle_byte_for_byte(rectorat: Rectorat) -> None:
    lots = rectorat.lots
    with rectorat.serve() as server:
        done = rectorat.run("--confirmer")
    assert done.returncode == ExitCode.OK, done.stderr
    assert to(server) == ALL
    for dsden, message in zip(ALL, server.received, strict=True):
        (attached,) = message_from_bytes(message.data, policy=default).iter_attachments()  # type: ignore[attr-defined]
        assert attached.get_payload(decode=True) == lots[dsden]
    assert states(rectorat.config) == [(dsden, 1, "envoye", 1) for dsden in ALL]


def test_what_was_accepted_is_not_sent_again_whatever_its_name_or_date(rectorat: Rectorat) -> None:
    with rectorat.serve() as server:
        rectorat.run("--confirmer")
        for path in rectorat.config.dossier_lots.glob("*.zip"):
            path.write_bytes(path.read_bytes())
        write_campaign(rectorat.config, SIZES)  # the same letters again: the same bytes
        done = rectorat.run("--confirmer")
        assert done.returncode == ExitCode.OK
        assert "Rien n’est à envoyer : tout est déjà parti." in done.stderr
        assert told(done).count("→ déjà envoyé le") == 3
    assert to(server) == ALL


def test_a_changed_full_bundle_that_is_asked_for_is_sent_as_a_correction_that_says_so(rectorat: Rectorat) -> None:
    with rectorat.serve() as server:
        rectorat.run("--confirmer")
        write_campaign(rectorat.config, {"93": (4000,)}, edition=1)
        assert "rien de nouveau à envoyer depuis l’envoi du" in told(rectorat.run())
        assert "à envoyer : corrige l’envoi du" in told(rectorat.run("--complet"))
        assert rectorat.run("--complet", "--confirmer").returncode == ExitCode.OK
    assert to(server) == [*ALL, "93"]
    assert headers(server, "Subject")[-1].startswith("Correction")
    assert len(set(headers(server, "Message-ID"))) == 4


def test_a_bundle_that_the_last_run_did_not_make_again_says_its_day(rectorat: Rectorat) -> None:
    write_campaign(rectorat.config, {"77": SIZES["77"], "94": SIZES["94"]})
    said = told(rectorat.run())
    assert said.count("lot du 3 octobre 2026, non refait au dernier passage") == 1
    assert said.index("ce.93mlds") < said.index("non refait") < said.index("ce.94mlds")


def test_only_the_dsden_that_is_asked_for(rectorat: Rectorat) -> None:
    with rectorat.serve() as server:
        done = rectorat.run("--dsden", "94")
        assert "« mlds envoyer --confirmer --dsden 94 --config " in done.stderr
        assert rectorat.run("--dsden", "94", "--confirmer").returncode == ExitCode.OK
    assert to(server) == ["94"]


def test_a_trial_goes_to_oneself_alone_and_counts_for_nothing(rectorat: Rectorat) -> None:
    with rectorat.serve() as server:
        for args in (["--essai", "moi@ac-exemple.fr"], ["--essai", "moi@ac-exemple.fr", "--confirmer"]):
            assert rectorat.run(*args).returncode == ExitCode.OK
        assert {one.recipients for one in server.received} == {("moi@ac-exemple.fr",)}
        assert all(subject.startswith("[ESSAI]") for subject in headers(server, "Subject"))
        assert all(str(name) not in one.data.decode() for one in server.received for name in ("Bcc:", "Cc:"))
        assert (len(server.received), states(rectorat.config)) == (6, [])
        assert "→ à envoyer" in told(rectorat.run())


def test_a_trial_says_what_to_do_about_its_own_address(rectorat: Rectorat) -> None:
    with rectorat.serve(Fault(Place.RCPT, "550 5.1.1 No such user")):
        done = rectorat.run("--essai", "moi@ac-exemple.fr", "--dsden", "77")
    assert done.returncode == ExitCode.MAIL
    assert "vérifiez l’adresse de l’essai" in done.stderr
    assert "config.toml" not in done.stderr


@pytest.mark.parametrize("fault", [Fault(Place.END, DROP, times=1, kept=True), Fault(Place.END, DROP, times=1)])
def test_an_uncertain_message_waits_for_someone_and_keeps_its_message_id(rectorat: Rectorat, fault: Fault) -> None:
    with rectorat.serve(fault) as server:
        assert rectorat.run("--confirmer").returncode == ExitCode.MAIL
        assert states(rectorat.config) == [("77", 1, "incertain", 1), ("93", 1, "envoye", 1), ("94", 1, "envoye", 1)]
        again = rectorat.run("--confirmer")
        assert again.returncode == ExitCode.MAIL
        assert "« mlds envoyer --confirmer --renvoyer 77 »" in again.stderr
        assert "→ incertain depuis le" in told(again)
        assert to(server) == [*(["77"] if fault.kept else []), "93", "94"]
        assert rectorat.run("--confirmer", "--renvoyer", "77").returncode == ExitCode.OK
        with closing(sqlite3.connect(rectorat.config.journal)) as journal, journal:
            ids = journal.execute("SELECT message_id FROM envoi WHERE dsden = '77'").fetchall()
        assert (len(ids), len(set(ids))) == (2, 1)
        assert headers(server, "Message-ID")[-1] == ids[0][0]
        assert rectorat.run("--confirmer").returncode == ExitCode.OK
        assert to(server).count("77") == (2 if fault.kept else 1)


def test_what_was_refused_leaves_with_the_next_run_and_nothing_else_does(rectorat: Rectorat) -> None:
    refusal = Fault(Place.RCPT, "550 5.1.1 No such user", recipient="ce.93mlds@ac-creteil.fr", times=1)
    with rectorat.serve(refusal) as server:
        done = rectorat.run("--confirmer")
        assert done.returncode == ExitCode.MAIL
        assert "✘ DSDEN 93 : le serveur refuse l’adresse ce.93mlds@ac-creteil.fr" in done.stderr
        assert "✘ Envoi : 2 messages sur 3" in told(done)
        assert rectorat.run("--confirmer").returncode == ExitCode.OK
    assert to(server) == ["77", "94", "93"]


def test_parts_each_leave_once_and_a_changed_limit_is_told(rectorat: Rectorat) -> None:
    write_campaign(rectorat.config, {"77": (30_000,) * 6}, edition=2)
    rectorat.set(limite_mo=0.11)
    refusal = Fault(Place.END, "554 5.7.1 No", times=1, after=1)
    with rectorat.serve(refusal) as server:
        assert rectorat.run("--dsden", "77", "--confirmer").returncode == ExitCode.MAIL
        first = states(rectorat.config)
        assert [state for _, _, state, _ in first].count("refuse") == 1
        rectorat.set(limite_mo=0.2)
        stopped = rectorat.run("--confirmer")
        assert (stopped.returncode, to(server)[-2:]) == (ExitCode.MAIL, ["93", "94"])
        assert [one for one in states(rectorat.config) if one[0] == "77"] == first
        assert "→ retenu : une partie est déjà partie, découpée autrement" in told(stopped)
        assert "« limite_mo »" in stopped.stderr
        assert "« mlds envoyer --confirmer --renvoyer 77 »" in stopped.stderr
        assert "Total de ce qui partirait 4 2 500,00 € " in told(stopped)
        rectorat.set(limite_mo=0.11)
        assert rectorat.run("--dsden", "77", "--confirmer").returncode == ExitCode.OK
        parts = [found[1] for subject in headers(server, "Subject") if (found := re.search(r"partie (\d)/3", subject))]
        assert sorted(parts) == ["1", "2", "3"]
        rectorat.set(limite_mo=0.2)
        assert rectorat.run("--dsden", "77", "--confirmer", "--renvoyer", "77").returncode == ExitCode.OK
        assert [subject[-10:] for subject in headers(server, "Subject")[5:]] == ["partie 1/2", "partie 2/2"]
        assert len(set(headers(server, "Message-ID"))) == 7


def test_drafts_are_written_and_nothing_is_sent(rectorat: Rectorat) -> None:
    drafts = rectorat.config.dossier_annee / "brouillons"
    drafts.mkdir()
    (drafts / "DSDEN-12.eml").write_text("d’un passage précédent")
    done = rectorat.run("--brouillons", "--dsden", "77")
    assert done.returncode == ExitCode.OK, done.stderr
    assert [path.name for path in drafts.glob("*.eml")] == ["DSDEN-77_2026-2027.eml"]
    assert "pour ce.77mlds@ac-creteil.fr ; à envoyer." in done.stderr
    assert "┃" not in done.stderr
    # The journal does not know it: someone may have made it.
    (kept,) = drafts.glob("anciens/*/DSDEN-12.eml")
    assert f"gardé dans « brouillons/anciens/{kept.parent.name} »" in done.stderr.replace("\n", " ")
    assert (drafts / "DSDEN-77_2026-2027.eml").read_bytes().startswith(b"X-Unsent: 1\r\n")
    # Nobody sees whether a person sends it.
    assert [(one.etat, one.brouillon) for one in read_envois(rectorat.config.journal)] == [(Etat.INCERTAIN, True)]


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["--brouillons", "--confirmer"], ExitCode.USAGE, "--brouillons écrit des fichiers"),
        (["--essai", "moi@a.fr", "--renvoyer", "77"], ExitCode.USAGE, "Un essai n’est pas un envoi"),
        (["--essai", "moi@a.fr, toi@a.fr"], ExitCode.USAGE, "écrivez une seule adresse"),
        (["--essai", "moi@a.fr\nBcc: toi@a.fr"], ExitCode.USAGE, "écrivez une seule adresse"),
        (["--essai", "Ce.93MLDS@ac-creteil.fr"], ExitCode.USAGE, "est l’adresse d’une DSDEN"),
        (["--essai", "ce.77mlds+essai@ac-creteil.fr"], ExitCode.USAGE, "est l’adresse d’une DSDEN"),
        (["--essai", "CE.77mlds+@AC-creteil.fr"], ExitCode.USAGE, "est l’adresse d’une DSDEN"),
        (["--essai", ""], ExitCode.USAGE, "écrivez une seule adresse"),
        (["--dsden", "12"], ExitCode.USAGE, "n’est pas dans config.toml"),
        (["--renvoyer", "12"], ExitCode.USAGE, "n’est pas dans config.toml"),
        (["--dsden", "77", "--renvoyer", "93"], ExitCode.USAGE, "--dsden laisse cette DSDEN de côté"),
        (["--confirmer"], ExitCode.CONFIG, "« serveur »"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything(
    rectorat: Rectorat, args: list[str], code: ExitCode, words: str
) -> None:
    done = rectorat.run(*args)
    assert (done.returncode, states(rectorat.config)) == (code, [])
    assert words in done.stderr


def test_without_results_there_is_nothing_to_send_and_no_folder_is_made(project: Path) -> None:
    done = mlds("envoyer", cwd=project)
    assert done.returncode == ExitCode.MAIL
    assert "Lancez d’abord « mlds produire »." in done.stderr
    assert not (project / "sortie").exists()


def test_one_bad_bundle_stops_all_the_messages(rectorat: Rectorat) -> None:
    path = rectorat.config.dossier_lots / "DSDEN-94_2026-2027.zip"
    path.write_bytes(path.read_bytes() + b"x")
    with rectorat.serve() as server:
        done = rectorat.run("--confirmer", "--dsden", "77")
    assert (done.returncode, server.received, states(rectorat.config)) == (ExitCode.MAIL, [], [])
    assert "DSDEN-94_2026-2027.zip : ce lot a changé depuis qu’il a été produit." in done.stderr


def test_the_password_is_asked_of_nobody_where_nobody_is(rectorat: Rectorat, monkeypatch: pytest.MonkeyPatch) -> None:
    rectorat.set(utilisateur="mlds")
    with rectorat.serve(account=("mlds", "é-secret")) as server:
        done = rectorat.run("--confirmer")
        assert (done.returncode, sum(server.seen.values())) == (ExitCode.MAIL, 0)
        assert "MLDS_MOT_DE_PASSE_SMTP" in done.stderr
        monkeypatch.setenv("MLDS_MOT_DE_PASSE_SMTP", "é-secret")
        done = rectorat.run("--confirmer")
        assert (done.returncode, to(server)) == (ExitCode.OK, ALL)
        assert "é-secret" not in done.stderr


def test_two_sendings_at_once_in_one_folder(rectorat: Rectorat) -> None:
    with rectorat.serve() as server, FileLock(rectorat.config.dossier_annee / ".verrou"):
        done = rectorat.run("--confirmer")
    assert (done.returncode, server.received) == (ExitCode.OUTPUT, [])
    assert "un autre passage est en cours dans ce dossier" in done.stderr


def begun(rectorat: Rectorat, server: FaultyServer, place: Place, *asked: str) -> subprocess.Popen[str]:
    """Start a sending, and return it once the server has come to a place."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "envoyer", *(asked or ("--confirmer",))], cwd=rectorat.project, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    limit = time.monotonic() + 60
    while not server.seen[place] and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.01)
    assert server.seen[place], process.communicate()
    return process


def test_a_second_sending_while_one_is_under_way_sends_nothing(rectorat: Rectorat) -> None:
    with rectorat.serve(Fault(Place.END, STALL, times=1)) as server:
        process = begun(rectorat, server, Place.END)
        done = rectorat.run("--confirmer")
        process.kill()
        process.communicate()
    assert (done.returncode, server.received, server.seen[Place.CONNECT]) == (ExitCode.OUTPUT, [], 1)
    assert states(rectorat.config) == [("77", 1, "en_cours", 1)]


@pytest.mark.parametrize(
    ("place", "left", "then"), [(Place.RCPT, "prepare", ExitCode.OK), (Place.END, "en_cours", ExitCode.MAIL)]
)
def test_killed_before_the_last_byte_it_is_sent_again_and_after_it_only_when_asked(
    rectorat: Rectorat, place: Place, left: str, then: ExitCode
) -> None:
    with rectorat.serve(Fault(place, STALL, times=1)) as server:
        process = begun(rectorat, server, place)
        process.kill()
        process.communicate()
        assert states(rectorat.config) == [("77", 1, left, 1)]
        assert rectorat.run("--confirmer").returncode == then
        assert to(server) == (ALL if then == ExitCode.OK else ["93", "94"])


def test_interrupted_it_says_where_to_look(rectorat: Rectorat) -> None:
    with rectorat.serve(Fault(Place.END, STALL, times=1)) as server:
        process = begun(rectorat, server, Place.END)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == ExitCode.INTERRUPTED
    assert SENDING_INTERRUPTED in said
    assert states(rectorat.config) == [("77", 1, "en_cours", 1)]


def test_an_interrupted_trial_is_said_to_count_for_nothing(rectorat: Rectorat) -> None:
    with rectorat.serve(Fault(Place.END, STALL, times=1)) as server:
        process = begun(rectorat, server, Place.END, "--essai", "moi@ac-exemple.fr")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == ExitCode.INTERRUPTED
    assert said.endswith(f"{TRIAL_INTERRUPTED.format('moi@ac-exemple.fr')}\n")
    assert SENDING_INTERRUPTED not in said
    assert states(rectorat.config) == []


def test_nobody_is_asked_where_there_is_no_way_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert agreed("Envoyer ?")


@pytest.fixture
def terminal(rectorat: Rectorat) -> Iterator[Any]:
    """Return a function that runs the command on a terminal, types an answer once asked, and gives code and text."""

    def run(answer: str, *args: str) -> tuple[int, str]:
        import fcntl
        import struct
        import termios

        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "pipeline", "envoyer", *args]
        with subprocess.Popen(
            command, cwd=rectorat.project, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
        ) as process:
            os.close(theirs)
            drawn, typed = b"", False
            while True:
                if select.select([ours], [], [], 60)[0]:
                    try:
                        chunk = os.read(ours, 65536)
                    except OSError:
                        break
                    drawn += chunk
                if not typed and b"(oui ou non)" in drawn:
                    typed = True
                    # This terminal is not the one that the process obeys: Ctrl-C has to be sent as a signal.
                    process.send_signal(signal.SIGINT) if answer == "\x03" else os.write(ours, answer.encode())
            code = process.wait(timeout=60)
        os.close(ours)
        return code, re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn.decode())

    return run


@pytest.mark.parametrize(("answer", "sent"), [("oui\n", ALL), ("o\n", ALL), ("non\n", []), ("\n", []), ("\x04", [])])
def test_on_a_terminal_it_asks_once(rectorat: Rectorat, terminal: Any, answer: str, sent: list[str]) -> None:
    with rectorat.serve() as server:
        code, drawn = terminal(answer, "--confirmer")
    assert (code, to(server)) == (ExitCode.OK, sent)
    assert drawn.count("(oui ou non)") == 1
    assert drawn.index("ce.94mlds@ac-creteil.fr") < drawn.index("(oui ou non)")
    assert ("Rien n’a été envoyé." in drawn) == (not sent)


def test_ctrl_c_at_the_question_sends_nothing(rectorat: Rectorat, terminal: Any) -> None:
    with rectorat.serve() as server:
        code, _ = terminal("\x03", "--confirmer")
    assert (code, server.received, states(rectorat.config)) == (ExitCode.INTERRUPTED, [], [])


def test_no_line_is_broken_on_eighty_columns(rectorat: Rectorat, terminal: Any) -> None:
    _, drawn = terminal("")
    lines = [line.rpartition("\r")[2] for line in drawn.replace("\r\n", "\n").split("\n")]
    assert max(map(len, lines)) <= 80
    table = [line for line in lines if line[:1] in tuple("┏┃┡│└├")]
    assert len({len(line) for line in table}) == 1
    assert any("ce.77mlds@ac-creteil.fr" in line for line in table)
