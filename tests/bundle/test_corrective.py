"""Corrective bundles: what they hold and say, their numbers, and how they are sent; the PDFs are mere bytes."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from openpyxl import load_workbook

from pipeline.bundle.checking import checked_lot
from pipeline.bundle.differences import Depuis
from pipeline.cli.journal import mend_journal
from pipeline.errors import CommandError, ExitCode, MailError, OutputError
from pipeline.model import Letter, Made, Personne, Recipe, RowRef
from support.corrections import CHEF, DAY, Campagne, Said, made_of, school_of
from support.journal_at import proved_bundles, read_envois
from support.mail_servers.certificates import Certificates
from support.mail_servers.faults import DROP, Fault, Place
from support.mail_servers.faulty import FaultyServer
from support.ready_campaign import attached, read, text_of
from support.year import uai


@pytest.fixture
def server(certificates: Certificates) -> Iterator[FaultyServer]:
    with FaultyServer(context=certificates.good) as running:
        yield running


FIRST = {"1 Un": "a", "2 Deux": "a", "3 Trois": "a", "4 Quatre": "a"}


def manifest_of(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        told: dict[str, Any] = json.loads(archive.read("manifeste.json"))
    return told


def test_nothing_sent_makes_no_corrective_bundle(campagne: Campagne) -> None:
    campagne.run(FIRST)
    assert campagne.run(FIRST | {"1 Un": "b"}).correctives == ()
    assert campagne.lots() == ["DSDEN-77_2026-2027.zip"]


def test_a_corrective_bundle_brings_what_changed_and_says_what_is_withdrawn(
    campagne: Campagne, server: FaultyServer
) -> None:
    campagne.run(FIRST, vacant=(5,))
    campagne.send(server)
    campagne.run({"1 Un": "b", "2 Deuxx": "a", "3 Martin": "a", "5 Cinq": "a"}, vacant=(4,))
    data = campagne.corrective().read_bytes()
    told = manifest_of(data)
    assert (told["genre"], told["numero"], told["lettres"], told["ensemble"]["lettres"]) == ("rectificatif", 1, 4, 4)
    brought = {one["nom"]: (one["changement"], one["remplace"]) for one in told["fichiers"] if "changement" in one}
    name = "lettres/{}_{}_Anne.pdf".format
    assert brought == {
        name(uai(1), "Un"): ("modifiée", name(uai(1), "Un")),
        name(uai(2), "Deuxx"): ("nom corrigé", name(uai(2), "Deux")),
        name(uai(3), "Martin"): ("autre référent", name(uai(3), "Trois")),
        name(uai(5), "Cinq"): ("poste pourvu", ""),
    }
    assert told["etablissements"] == [
        {"uai": uai(1), "nom": "Collège 1", "changement": "modifiée"},
        {"uai": uai(2), "nom": "Collège 2", "changement": "nom corrigé"},
        {"uai": uai(3), "nom": "Collège 3", "changement": "autre référent"},
        {"uai": uai(4), "nom": "Collège 4", "changement": "poste devenu vacant"},
        {"uai": uai(5), "nom": "Collège 5", "changement": "poste pourvu"},
    ]
    assert told["retirees"] == [
        {"nom": name(uai(2), "Deux"), "motif": "nom corrigé", "remplacee_par": name(uai(2), "Deuxx")},
        {"nom": name(uai(3), "Trois"), "motif": "autre référent", "remplacee_par": name(uai(3), "Martin")},
        {"nom": name(uai(4), "Quatre"), "motif": "poste devenu vacant", "remplacee_par": ""},
    ]
    assert checked_lot(campagne.corrective()).constats == ()


def test_its_sheet_is_about_the_whole(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run(FIRST)
    campagne.send(server)
    campagne.run({"1 Un": "b", "2 Deux": "a", "3 Trois": "a"})
    with zipfile.ZipFile(campagne.corrective()) as archive:
        assert [one for one in archive.namelist() if one.endswith(".pdf")] == [f"lettres/{uai(1)}_Un_Anne.pdf"]
        book = load_workbook(io.BytesIO(archive.read("recapitulatif_DSDEN-77.xlsx")))
    header, *rows = book["Lettres"].iter_rows(values_only=True)
    place = header.index("Changement")
    assert [row[place] for row in rows[:3]] == ["modifiée", None, None]
    assert [cell.value for cell in book["Lettres retirées"][2]][:5] == [
        f"{uai(4)}_Quatre_Anne.pdf", uai(4), "Collège 4", "Mme Anne Quatre", "retirée",
    ]  # fmt: skip


def test_a_dsden_receives_1_2_3_whatever_was_made_between(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run(FIRST)
    campagne.send(server)
    changed = FIRST | {"1 Un": "b"}
    campagne.run(changed)
    first = campagne.corrective().read_bytes()
    campagne.run(changed)
    assert campagne.corrective().read_bytes() == first
    campagne.run(FIRST | {"1 Un": "c"})  # the first one never left: its number is free
    assert campagne.lots() == ["DSDEN-77_2026-2027.zip", "DSDEN-77_2026-2027_rectificatif-1.zip"]
    assert campagne.corrective().read_bytes() != first
    campagne.run(FIRST)
    assert campagne.lots()[1:] == []
    campagne.run(changed)
    assert campagne.send(server) == 0
    campagne.run(FIRST)
    assert campagne.lots()[1:] == ["DSDEN-77_2026-2027_rectificatif-2.zip"]


def test_a_number_that_left_is_not_given_again_even_where_the_journal_forgot_it(
    campagne: Campagne, server: FaultyServer
) -> None:
    campagne.run(FIRST)
    campagne.send(server)
    for folder, number in (("anciens", 9), ("envoyes", 7)):
        (campagne.config.dossier_lots / folder).mkdir()
        (campagne.config.dossier_lots / folder / f"DSDEN-77_2026-2027_rectificatif-{number}.zip").write_bytes(b"x")
    campagne.run(FIRST | {"1 Un": "b"})
    assert campagne.lots()[1:] == ["DSDEN-77_2026-2027_rectificatif-8.zip"]


def test_a_run_killed_before_its_journal_gives_the_same_number_again(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run(FIRST)
    campagne.send(server)
    campagne.run(FIRST | {"1 Un": "b"})
    first = campagne.corrective().read_bytes()
    for name in ("journal.temoin", "journal.sauvegarde.sqlite"):
        (campagne.config.dossier_annee / name).unlink()
    with closing(sqlite3.connect(campagne.config.journal)) as journal, journal:
        journal.execute("UPDATE campagne SET temoin = 0")
        journal.execute("DELETE FROM lettre WHERE lot IN (SELECT id FROM lot WHERE numero = 1)")
        journal.execute("DELETE FROM lot WHERE numero = 1")
    campagne.run(FIRST | {"1 Un": "b"})
    assert campagne.lots()[1:] == [campagne.corrective().name]
    assert campagne.corrective().read_bytes() == first


def test_a_dsden_that_config_toml_has_no_more_gets_nothing(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run(FIRST)
    campagne.send(server)
    others = tuple(one for one in campagne.config.dsden if one.code != "77")
    campagne.config = campagne.config.model_copy(update={"dsden": others})
    assert campagne.run({}).correctives == ()


def test_what_was_sent_is_kept_byte_for_byte(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run(FIRST)
    full = (campagne.config.dossier_lots / "DSDEN-77_2026-2027.zip").read_bytes()
    campagne.send(server)
    campagne.run(FIRST | {"1 Un": "b"})
    corrective = campagne.corrective().read_bytes()
    campagne.send(server)
    campagne.run(FIRST | {"1 Un": "b"})
    campagne.run(FIRST | {"1 Un": "c"})
    kept = {path.name: path.read_bytes() for path in (campagne.config.dossier_lots / "envoyes").iterdir()}
    assert list(kept.values()).count(full) == list(kept.values()).count(corrective) == 1
    assert campagne.corrective().name in kept
    assert campagne.lots("anciens") == []


@pytest.mark.parametrize("again", [FIRST | {"1 Un": "b"}, FIRST, FIRST | {"1 Un": "c"}], ids=["same", "back", "other"])
def test_what_was_set_aside_by_a_run_killed_before_its_journal_is_known_again(
    campagne: Campagne, server: FaultyServer, again: Said
) -> None:
    campagne.run(FIRST)
    full = (campagne.config.dossier_lots / "DSDEN-77_2026-2027.zip").read_bytes()
    campagne.send(server)
    before = {path: path.read_bytes() for path in campagne.config.dossier_annee.glob("journal.*")}
    campagne.run(FIRST | {"1 Un": "b"})
    for path, data in before.items():  # its renames are on the disk, its line of the journal is not
        path.write_bytes(data)
    name = "lots/envoyes/DSDEN-77_2026-2027_envoye-le-2026-10-03.zip"
    assert (campagne.config.dossier_annee / name).read_bytes() == full
    assert name not in campagne.doubted()
    after = campagne.run(again)
    assert (campagne.config.dossier_annee / name).read_bytes() == full
    assert campagne.lots("envoyes") == [Path(name).name]
    with closing(sqlite3.connect(campagne.config.journal)) as journal:
        placed = journal.execute("SELECT rangement FROM lot WHERE sha256 = ?", (hashlib.sha256(full).hexdigest(),))
        assert placed.fetchone() == (name.removeprefix("lots/"),)
    assert [one.dsden for one in proved_bundles(campagne.config)] == ["77"] * len(campagne.lots())
    assert len(after.correctives) == (again != FIRST)
    assert not [one for one in campagne.doubted() if "envoyes" in one]


def test_a_bundle_that_nobody_made_is_told_among_those_that_were_sent(campagne: Campagne) -> None:
    campagne.run(FIRST)
    stranger = campagne.config.dossier_lots / "envoyes/DSDEN-77_2026-2027_envoye-le-2026-10-03.zip"
    stranger.parent.mkdir()
    stranger.write_bytes(b"x")
    assert f"lots/envoyes/{stranger.name}" in campagne.doubted()
    campagne.run(FIRST | {"1 Un": "b"})
    assert f"lots/envoyes/{stranger.name}" in campagne.doubted()


@pytest.mark.parametrize("after", [FIRST | {"1 Un": "b"}, {}], ids=["letters that changed", "no letter any more"])
def test_what_may_have_been_sent_is_kept_after_a_journal_was_made_again(campagne: Campagne, after: Said) -> None:
    campagne.run(FIRST)
    full = (campagne.config.dossier_lots / "DSDEN-77_2026-2027.zip").read_bytes()
    for path in campagne.config.dossier_annee.glob("journal.*"):
        path.unlink()
    assert mend_journal(campagne.config, DAY, confirmer=True) == ExitCode.OK
    campagne.run(after)
    assert campagne.lots("anciens") == []
    assert [path.read_bytes() for path in (campagne.config.dossier_lots / "envoyes").iterdir()] == [full]


def test_a_run_that_fails_leaves_everything_in_its_place(
    campagne: Campagne, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    campagne.run(FIRST)
    campagne.send(server)
    campagne.run(FIRST | {"1 Un": "b"})
    folder = campagne.config.dossier_lots
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.zip")}

    def full(*_: object, **__: object) -> None:
        raise OutputError("plus de place")

    monkeypatch.setattr("support.corrections.record_run", full)
    with pytest.raises(OutputError):
        campagne.run(FIRST | {"1 Un": "c"})
    assert {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.zip")} == before


@pytest.mark.usefixtures("zone")
def test_the_corrective_one_leaves_by_default_and_the_full_one_when_asked(
    campagne: Campagne, server: FaultyServer
) -> None:
    campagne.run(FIRST)
    assert campagne.send(server) == 0
    campagne.run({"1 Un": "b", "2 Deux": "a", "3 Trois": "a"})
    assert campagne.send(server) == 0
    assert "1 lettre sur 3, 1 retirée" in campagne.shown
    message = server.received[-1].data
    assert str(read(message)["Subject"]).replace("\u00a0", " ").startswith("Rectificatif n° 1 – Lettres de mission")
    text = text_of(message).replace("\u00a0", " ")
    for said in (
        "rectificatif n° 1",
        "nouvelles ou corrigées : 1 lettre, pour",
        "1 lettre retirée",
        "compte maintenant 3 lettres",
        f"- Collège 1 ({uai(1)}) : modifiée\n- Collège 4 ({uai(4)}) : retirée\n",
        "- transmettre à chaque établissement ses lettres nouvelles ou corrigées",
        "- ne plus utiliser les lettres retirées, et prévenir leurs établissements",
        "Une lettre corrigée annule et remplace la précédente.",
    ):
        assert said in text
    assert "en tête" not in text, "a template need not print the mark"
    assert "Anne" not in text, "no message names a person"
    assert "Collège" not in str(read(message)["Subject"])
    assert attached(message) == campagne.corrective().read_bytes()
    assert [part.get_filename() for part in message_from_bytes(message).walk() if part.get_filename()] == [
        "DSDEN-77_2026-2027_rectificatif-1.zip"
    ]
    assert campagne.send(server) == 0
    assert len(server.received) == 2
    assert campagne.send(server, complet=True) == 0
    assert len(server.received) == 3
    assert attached(server.received[-1].data) == (campagne.config.dossier_lots / "DSDEN-77_2026-2027.zip").read_bytes()
    assert campagne.send(server) == 0
    assert len(server.received) == 3


@pytest.mark.parametrize("changed", [{}, {"1 Un": "b"}], ids=["same letters", "other letters"])
def test_a_mailbox_that_received_nothing_gets_the_full_bundle(
    campagne: Campagne, server: FaultyServer, changed: Said
) -> None:
    campagne.run(FIRST)
    assert campagne.send(server) == 0
    wrong = campagne.config.boites["77"]
    right = tuple(
        one.model_copy(update={"courriel": ("ce.bonne@ac-exemple.fr",)}) if one.code == "77" else one
        for one in campagne.config.dsden
    )
    campagne.config = campagne.config.model_copy(update={"dsden": right})
    after = campagne.run(FIRST | changed)
    assert (after.correctives, [one for one in after.differences if one.depuis is Depuis.ENVOI]) == ((), [])
    assert campagne.send(server, confirmer=False) == 0
    told = " ".join(campagne.shown.replace("│", " ").split())
    assert f"→ à envoyer : parti à une autre adresse, {wrong}, le 3 octobre 2026" in told
    assert campagne.send(server) == 0
    assert server.received[-1].recipients == ("ce.bonne@ac-exemple.fr",)
    assert attached(server.received[-1].data) == (campagne.config.dossier_lots / "DSDEN-77_2026-2027.zip").read_bytes()
    assert "remplace" not in text_of(server.received[-1].data)
    assert campagne.send(server) == 0
    (lot,) = campagne.run(FIRST | {"1 Un": "c"}).correctives
    assert len(lot.documents) == 1


def test_a_message_names_some_schools_and_counts_the_others(
    campagne: Campagne, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.send.wording._SCHOOLS", 2)
    campagne.run(FIRST)
    campagne.send(server)
    campagne.run(dict.fromkeys(FIRST, "b"))
    assert campagne.send(server) == 0
    text = text_of(server.received[-1].data).replace("\u00a0", " ")
    assert text.count(" : modifiée\n") == 2
    assert "- et 2 autres, dans le récapitulatif\n" in text


def test_withdrawals_alone_leave_without_a_letter(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run(FIRST)
    campagne.send(server)
    campagne.run({})
    assert campagne.lots() == ["DSDEN-77_2026-2027_rectificatif-1.zip"]
    assert checked_lot(campagne.corrective()).constats == ()
    assert campagne.send(server) == 0
    told = manifest_of(attached(server.received[-1].data))
    assert (told["lettres"], len(told["retirees"])) == (0, 4)
    text = text_of(server.received[-1].data)
    assert "nouvelles ou corrigées" not in text
    assert "signer" not in text
    assert text.count(" : retirée\n") == 4
    campagne.run({})
    assert campagne.lots() == []
    with pytest.raises(MailError, match="aucun lot à envoyer"):
        campagne.send(server)


def test_a_row_to_correct_withdraws_nothing(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run(FIRST)
    campagne.send(server)
    three = {name: text for name, text in FIRST.items() if name != "4 Quatre"}
    assert campagne.run(three, rejected=(uai(4),)).correctives == ()
    (lot,) = campagne.run(three, rejected=(uai(9),)).correctives
    assert [one.uai for one in lot.retraits] == [uai(4)]


def test_what_nobody_knows_waits_and_the_next_corrective_brings_it_too(
    campagne: Campagne, certificates: Certificates
) -> None:
    campagne.run(FIRST)
    with FaultyServer(context=certificates.good) as server:
        campagne.send(server)
    campagne.run(FIRST | {"1 Un": "b"})
    with FaultyServer(Fault(Place.END, DROP, times=1), context=certificates.good) as server:
        assert campagne.send(server) == 7
        assert campagne.send(server) == 7
        assert server.received == []
        campagne.run(FIRST | {"1 Un": "b"})
        assert campagne.corrective().exists()
        campagne.run(FIRST | {"1 Un": "b", "2 Deux": "b"})
        assert campagne.lots()[1:] == ["DSDEN-77_2026-2027_rectificatif-2.zip"]
        assert campagne.lots("envoyes")[-1] == "DSDEN-77_2026-2027_rectificatif-1.zip"
        assert campagne.send(server) == 0
        told = manifest_of(attached(server.received[-1].data))
    assert [one["changement"] for one in told["fichiers"] if "changement" in one] == ["renvoyée", "modifiée"]
    assert told["lettres"] == 2


def test_a_corrective_bundle_in_parts_tells_its_withdrawals_in_each(campagne: Campagne, server: FaultyServer) -> None:
    many = {f"{n} Nom{'abcdefghijk'[n]}": "a" for n in range(1, 9)}
    campagne.run(many, size=300_000)
    small = campagne.config.courrier.model_copy(update={"limite_mo": 1.0})
    campagne.send(server)
    campagne.config = campagne.config.model_copy(update={"courrier": small})
    campagne.run({name: "b" for name in many if not name.startswith("8")}, size=300_000)
    before = len(server.received)
    assert campagne.send(server) == 0
    told = [manifest_of(attached(one.data)) for one in server.received[before:]]
    assert len(told) > 2
    assert {len(one["retirees"]) for one in told} == {1}
    assert sum(one["lettres"] for one in told) == 7
    assert "rectificatif-1_partie-1-sur-" in server.received[before].data.decode("latin-1")
    assert campagne.send(server) == 0
    assert len(server.received) == before + len(told)


def test_a_corrective_bundle_is_encrypted_as_any(
    campagne: Campagne, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = "quatre mots assez longs pour un lot"
    monkeypatch.setenv("MLDS_MOT_DE_PASSE_LOTS", password)
    sealed = campagne.config.courrier.model_copy(update={"chiffrement": True})
    campagne.config = campagne.config.model_copy(update={"courrier": sealed})
    campagne.run(FIRST)
    campagne.send(server)
    campagne.run(FIRST | {"1 Un": "b"})
    assert campagne.send(server) == 0
    (part,) = read(server.received[-1].data).iter_attachments()
    assert part.get_filename() == "DSDEN-77_2026-2027_rectificatif-1_chiffre.zip"
    with pyzipper.AESZipFile(io.BytesIO(attached(server.received[-1].data))) as archive:
        assert archive.namelist() == ["DSDEN-77_2026-2027_rectificatif-1.zip"]
        archive.setpassword(password.encode())
        assert archive.read(archive.namelist()[0]) == campagne.corrective().read_bytes()


def test_of_two_namesakes_the_one_who_stays_takes_the_name_of_the_other_s_file(
    campagne: Campagne, server: FaultyServer
) -> None:
    campagne.run([("1 Un", "a"), ("1 Un", "z"), ("2 Deux", "a")])
    campagne.send(server)
    after = campagne.run({"1 Un": "z", "2 Deux": "a"})
    (lot,) = after.correctives
    name = f"lettres/{uai(1)}_Un_Anne"
    assert lot.members == (f"{name}.pdf",)
    assert [(one.fichier, one.remplacee_par) for one in lot.retraits] == [(f"{name}_2.pdf", f"{name}.pdf")]


def test_drafts_are_of_the_corrective_bundle_too(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run(FIRST)
    campagne.send(server)
    campagne.run(FIRST | {"1 Un": "b"})
    assert campagne.send(server, confirmer=False, brouillons=True) == 0
    (draft,) = (campagne.config.dossier_annee / "brouillons").iterdir()
    assert draft.name == "DSDEN-77_2026-2027_rectificatif-1.eml"


def test_a_template_that_was_saved_again_corrects_nothing(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run(FIRST)
    campagne.send(server)
    campagne.gabarit = "77" * 32
    after = campagne.run(FIRST)
    assert after.correctives == ()
    assert [one.differences for one in after.differences] == [(), ()]


def test_a_draft_that_was_sent_by_hand_is_kept_and_corrected(campagne: Campagne, server: FaultyServer) -> None:
    campagne.run(FIRST)
    full = (campagne.config.dossier_lots / "DSDEN-77_2026-2027.zip").read_bytes()
    assert campagne.send(server, confirmer=False, brouillons=True) == 0
    assert "« mlds envoyer --deja-envoye 77 »" in campagne.shown
    assert campagne.send(server, confirmer=True, deja_envoye=("77",)) == 0
    assert "il compte comme envoyé" in campagne.shown
    assert campagne.send(server) == 0
    assert "→ déjà envoyé le 3 octobre 2026" in campagne.shown
    (lot,) = campagne.run(FIRST | {"1 Un": "b"}).correctives
    assert len(lot.documents) == 1
    assert [path.read_bytes() for path in (campagne.config.dossier_lots / "envoyes").iterdir()] == [full]
    assert campagne.send(server, confirmer=True, deja_envoye=("77",)) == 0  # without a draft: the bundle as it is
    assert "→ à noter comme envoyé à la main" in campagne.shown
    assert campagne.run(FIRST | {"1 Un": "b"}).correctives == ()
    assert server.received == []


def test_what_was_uncertain_is_noted_once_the_dsden_has_it(campagne: Campagne, certificates: Certificates) -> None:
    campagne.run(FIRST)
    with FaultyServer(Fault(Place.END, DROP, times=1), context=certificates.good) as server:
        assert campagne.send(server) == 7
        assert campagne.send(server, confirmer=True, deja_envoye=("77",)) == 0
        assert campagne.send(server) == 0
    assert "→ déjà envoyé le 3 octobre 2026" in campagne.shown


def test_a_no_notes_nothing(campagne: Campagne, server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    campagne.run(FIRST)
    asked: list[str] = []
    monkeypatch.setattr("pipeline.cli.by_hand.agreed", lambda question: asked.append(question))
    monkeypatch.setattr("pipeline.cli.by_hand.is_somebody_there", lambda: True)
    assert campagne.send(server, confirmer=False, deja_envoye=("77",)) == 0
    assert [campagne.config.boites["77"] in question for question in asked] == [True]
    assert read_envois(campagne.config.journal) == ()


@pytest.mark.parametrize(
    "other", [{"brouillons": True}, {"dsden": ("77",)}, {"renvoyer": ("77",)}, {"essai": "a@b.fr"}]
)
def test_noting_goes_with_nothing_that_sends(
    campagne: Campagne, server: FaultyServer, other: dict[str, object]
) -> None:
    campagne.run(FIRST)
    with pytest.raises(CommandError, match="n’envoie rien"):
        campagne.send(server, **{"confirmer": True, "deja_envoye": ("77",), **other})


def test_a_corrective_bundle_that_was_changed_or_lost_stops_everything(
    campagne: Campagne, server: FaultyServer
) -> None:
    campagne.run(FIRST)
    campagne.send(server)
    campagne.run(FIRST | {"1 Un": "b"})
    whole = campagne.corrective().read_bytes()
    campagne.corrective().write_bytes(whole[:-1] + b"\1")
    with pytest.raises(MailError, match="a changé depuis"):
        campagne.send(server)
    campagne.corrective().unlink()
    with pytest.raises(MailError, match="n’est plus dans"):
        campagne.send(server)
    campagne.run(FIRST | {"1 Un": "b"})
    assert campagne.corrective().read_bytes() == whole


def test_another_engine_or_program_is_no_change_for_whoever_reads(campagne: Campagne) -> None:
    made = made_of(Letter(RowRef("R", 5), school_of(1), Personne("Mme", "Anne", "Un"), CHEF, None), "a")
    other = Made(
        Recipe("05" * 32, "09" * 32, "LibreOffice 99", "08" * 32, "09" * 32),
        made.fields | {"remplace": "3 octobre 2026"},
    )
    assert other.contenu == made.contenu
    assert Made(Recipe("01" * 32, "02" * 32, "LibreOffice", "03" * 32, "99" * 32), made.fields).contenu != made.contenu
