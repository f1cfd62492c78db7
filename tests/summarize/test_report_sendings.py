"""What rapport.html says of the sendings: the journal's own words, dated, and brought up to date by `mlds envoyer`."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from pipeline.errors import ExitCode
from pipeline.journal.published import known_files, measured
from pipeline.journal.sendings import Envoi, Etat
from pipeline.model import Lot
from pipeline.summarize.sendings import acheminements_of, dsden_told, passages, told_again
from pipeline.uai import made_up
from support.journal_at import opened
from support.mail_servers.faults import DROP, Fault, Place
from support.mail_servers.faulty import HOST, FaultyServer
from support.program import mlds
from support.ready_campaign import WHEN, Sending, settings
from support.rows import GOOD, HEADERS

if TYPE_CHECKING:
    from support.mail_servers.certificates import Certificates

NOW = datetime(2026, 10, 5, 9, 30)
SHA, OTHER = "ab" * 32, "cd" * 32
DOMAIN = "academie.example"
BOITES = dict.fromkeys(("77", "93", "94"), "ce.77mlds@x")


def envoi(etat: Etat, dsden: str = "77", sha256: str = SHA, part: int = 1, decoupe: str = "14") -> Envoi:
    return Envoi(dsden, sha256, part, decoupe, "<1@x>", "ce.77mlds@x", etat, datetime(2026, 10, 3, 14, 5), "")


def lot(dsden: str, numero: int = 0) -> Lot:
    return Lot(dsden, Path(), (), 0, SHA, numero=numero)


def plain(text: str) -> str:
    return unescape(re.sub("<[^>]*>", "", text)).replace("\u00a0", " ")


STATES = [
    ([], "attente", "pas encore envoyé"),
    ([envoi(Etat.PREPARE)], "attente", "pas encore envoyé"),
    ([envoi(Etat.REFUSE)], "attente", "pas encore envoyé"),
    ([envoi(Etat.ENVOYE)], "envoye", "envoyé le 3 octobre 2026 à 14 h 05"),
    ([envoi(Etat.ENVOYE), envoi(Etat.REFUSE)], "envoye", "envoyé le 3 octobre 2026 à 14 h 05"),
    (
        [envoi(Etat.ENVOYE, part=part, decoupe="10+4") for part in (1, 2)],
        "envoye",
        "envoyé le 3 octobre 2026 à 14 h 05, en 2 messages",
    ),
    (
        [envoi(Etat.ENVOYE, decoupe="5+5+4"), envoi(Etat.REFUSE, part=2, decoupe="5+5+4")],
        "attente",
        "envoyé en partie : 1 message sur 3, le 3 octobre 2026 à 14 h 05",
    ),
    (
        [envoi(Etat.INCERTAIN)],
        "incertain",
        "incertain depuis le 3 octobre 2026 à 14 h 05 : demandez à la DSDEN si elle l’a reçu",
    ),
    (
        [envoi(Etat.INCERTAIN, sha256=OTHER)],
        "attente",
        "pas encore envoyé ; il corrige l’envoi du 3 octobre 2026",
    ),
    ([envoi(Etat.ENVOYE, dsden="93")], "attente", "pas encore envoyé"),
]  # fmt: skip


@pytest.mark.parametrize(("envois", "stade", "phrase"), STATES)
def test_a_bundle_is_told_as_the_journal_knows_it(envois: Sequence[Envoi], stade: str, phrase: str) -> None:
    (known,) = acheminements_of([lot("77")], envois, BOITES).values()
    assert (known.stade, known.phrase.replace("\u00a0", " ")) == (stade, phrase)


def test_of_a_dsden_that_received_something_the_corrective_bundle_counts() -> None:
    received = [envoi(Etat.ENVOYE, sha256=OTHER)]
    (due,) = acheminements_of([lot("77"), lot("77", 1)], received, BOITES).values()
    assert (due.stade, due.phrase.replace("\u00a0", " ")) == (
        "attente", "pas encore envoyé ; il corrige l’envoi du 3 octobre 2026",
    )  # fmt: skip
    (settled,) = acheminements_of([lot("77")], received, BOITES).values()
    assert (settled.stade, settled.phrase.replace("\u00a0", " ")) == ("envoye", "envoyé le 3 octobre 2026 à 14 h 05")


def test_a_bundle_that_left_for_another_mailbox_is_still_to_be_sent() -> None:
    (known,) = acheminements_of([lot("77", 1)], [envoi(Etat.ENVOYE)], {"77": "ce.77@x"}).values()
    assert (known.stade, known.phrase.replace("\u00a0", " ")) == (
        "attente", "pas encore envoyé à ce.77@x ; parti à une autre adresse, ce.77mlds@x, le 3 octobre 2026",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ({}, "Les 3 lots sont prêts et ne sont pas encore envoyés : « mlds envoyer » montre ce qui partirait."),
        ({"77": Etat.ENVOYE}, "1 lot sur 3 est envoyé : « mlds envoyer » montre ce qui reste à envoyer."),
        (dict.fromkeys(("77", "93", "94"), Etat.ENVOYE), "Les 3 lots sont envoyés."),
        (
            {"77": Etat.ENVOYE, "93": Etat.INCERTAIN, "94": Etat.INCERTAIN},
            "Un envoi est incertain pour les DSDEN 93 et 94 : demandez s’il est arrivé avant d’envoyer de nouveau.",
        ),
    ],
)
def test_what_to_do_next_follows_from_it(gone: dict[str, Etat], said: str) -> None:
    envois = [envoi(etat, dsden) for dsden, etat in gone.items()]
    known = acheminements_of([lot(code) for code in ("77", "93", "94")], envois, BOITES)
    told = passages(known, NOW)
    assert plain(told["suite"]) == said
    assert plain(told["quand"]) == "État des envois le 5 octobre 2026 à 9 h 30."


def test_a_page_is_told_again_only_where_it_speaks_of_sendings_and_only_for_news() -> None:
    before = acheminements_of([lot("77"), lot("93")], [], BOITES)
    told = passages(before, NOW)
    page = f"<p>{told['suite']}</p>\r\n<td>{told['77']}</td><q>&lt;!--envoi:94--&gt;</q><td>{told['93']}</td>{told['quand']}"
    assert dsden_told(page) == {"77", "93"}
    later = datetime(2026, 10, 6, 8)
    assert told_again(page, before, later) == page
    again = told_again(page, acheminements_of([lot("77"), lot("93")], [envoi(Etat.ENVOYE)], BOITES), later)
    assert "envoyé le 3" in again
    assert "6\u00a0octobre\u00a02026 à 8\u00a0h\u00a000" in again
    marks = re.compile("(?<=-->).*?(?=<!--/envoi)")
    assert marks.sub("", again) == marks.sub("", page)
    assert again.count(str(told["93"])) == 1


# --- With real results, a real server, and the command ------------------------------------------------------

Ready = Callable[[FaultyServer], Sending]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a letter each DSDEN; those of the example are never sent."""
    folder = tmp_path_factory.mktemp("campagne")
    book = Workbook()
    book.active.append([HEADERS[role] for role in GOOD])
    for dsden in ("77", "93", "94"):
        book.active.append(list((GOOD | {"uai": made_up(dsden)}).values()))
    book.save(folder / "classeur.xlsx")
    done = mlds("produire", folder / "classeur.xlsx", "--sortie", folder)
    assert done.returncode == ExitCode.OK, done.stderr
    return folder / "2026-2027"


@pytest.fixture
def ready(project: Path, results: Path, certificates: Certificates) -> Ready:
    """Return a function that makes these results ready to be sent through a server."""

    def start(server: FaultyServer) -> Sending:
        config = settings(project, DOMAIN, serveur=HOST, port=server.port, autorite=str(certificates.authority))
        shutil.copytree(results, config.dossier_annee)
        return _Here(config)

    return start


class _Here(Sending):
    """The campaign of these tests is copied for each of them, and says so once and for all."""

    def run(self, **asked: object) -> int:
        return super().run(ici=True, **asked)


def rows(sending: Sending) -> dict[str, str]:
    """Return what the page says of each bundle, by DSDEN."""
    page = (sending.config.dossier_annee / "rapport.html").read_text(encoding="utf-8")
    return {code: plain(text) for code, text in re.findall("<!--envoi:(.*?)-->(.*?)<!--/envoi-->", page)}


def published(sending: Sending) -> bool:
    """Tell whether the journal knows the page as it is."""
    path = sending.config.dossier_annee / "rapport.html"
    with opened(sending.config.journal) as journal:
        return known_files(journal)["rapport.html"] == measured(path, "rapport.html")


def test_the_page_is_true_before_and_after_a_sending(ready: Ready, certificates: Certificates) -> None:
    sent = f"envoyé le {WHEN.day} octobre 2026 à 14 h 05"
    with FaultyServer(context=certificates.good) as server:
        sending = ready(server)
        before = rows(sending)
        assert [before[code] for code in ("77", "93", "94")] == ["pas encore envoyé"] * 3
        assert sending.run(dsden=("93",)) == ExitCode.OK, sending.said
        assert rows(sending) == {
            "77": "pas encore envoyé",
            "93": sent,
            "94": "pas encore envoyé",
            "quand": "État des envois le 3 octobre 2026 à 14 h 05.",
            "suite": "1 lot sur 3 est envoyé : « mlds envoyer » montre ce qui reste à envoyer.",
        }
        assert published(sending)
        assert sending.run() == ExitCode.OK, sending.said
    assert [rows(sending)[code] for code in ("77", "93", "94")] == [sent] * 3
    assert rows(sending)["suite"] == "Les 3 lots sont envoyés."
    assert published(sending)


def test_what_nobody_can_know_is_told_as_such(ready: Ready, certificates: Certificates) -> None:
    with FaultyServer(Fault(Place.END, DROP, times=1), context=certificates.good) as server:
        sending = ready(server)
        assert sending.run() == ExitCode.MAIL
    assert rows(sending)["77"].startswith("incertain depuis le 3 octobre 2026 à 14 h 05")
    assert rows(sending)["93"].startswith("envoyé le")
    assert "la DSDEN 77" in rows(sending)["suite"]


def test_a_trial_and_a_mere_look_tell_nothing_new(ready: Ready, certificates: Certificates) -> None:
    with FaultyServer(context=certificates.good) as server:
        sending = ready(server)
        page = (sending.config.dossier_annee / "rapport.html").read_bytes()
        assert sending.run(confirmer=False, essai="moi@academie.example") == ExitCode.OK, sending.said
        assert sending.run(confirmer=False) == ExitCode.OK, sending.said
    assert (sending.config.dossier_annee / "rapport.html").read_bytes() == page


def test_a_page_that_someone_changed_is_not_vouched_for(ready: Ready, certificates: Certificates) -> None:
    with FaultyServer(context=certificates.good) as server:
        sending = ready(server)
        path = sending.config.dossier_annee / "rapport.html"
        path.write_bytes(path.read_bytes().replace(b"compte rendu", b"Compte rendu"))
        changed = path.read_bytes()
        assert sending.run() == ExitCode.OK, sending.said
    assert path.read_bytes() == changed
    assert not published(sending)


def test_a_page_that_cannot_be_written_does_not_undo_a_sending(
    ready: Ready, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    def refused(source: Path, target: Path, really: Callable[..., None] = os.replace) -> None:
        if Path(target).name == "rapport.html":
            raise PermissionError(13, "Permission denied")
        really(source, target)

    with FaultyServer(context=certificates.good) as server:
        sending = ready(server)
        monkeypatch.setattr(os, "replace", refused)
        assert sending.run() == ExitCode.OK, sending.said
    assert "Le journal sait ce qui est parti, mais rapport.html ne le montre pas encore. Impossible" in sending.said
    assert len(sending.journal) == 3
    assert rows(sending)["77"] == "pas encore envoyé"
