"""A year of corrections: what each DSDEN has in the end is what one fresh run would give it, and nothing came twice."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import page
import pypdfium2
import pytest
from rich.console import Console

from pipeline.bundle.differences import Depuis
from pipeline.campaign.proof import checked_campaign
from pipeline.cli.journal import mend_journal
from pipeline.cli.screen import Terminal
from pipeline.errors import ExitCode, JournalError
from support.mail_servers.faults import DROP, Fault, Place
from support.year import MARK, Annee, letters_of, printed, school, text_of, uai

if TYPE_CHECKING:
    from pipeline.summarize.summary import Summary
    from support.mail_servers.certificates import Certificates

LOST = Fault(Place.END, DROP, times=1)


def first_year() -> dict[str, dict[str, object]]:
    rows = {f"77-{n}": school(n) for n in range(1, 6)}
    rows |= {f"93-{n}": school(n, "93") for n in range(1, 5)}
    rows |= {f"94-{n}": school(n, "94") for n in range(1, 4)}
    rows["77-5"] |= {"referent_nom": "À pourvoir", "referent_prenom": ""}
    return rows


def changes(summary: Summary) -> dict[str, list[str]]:
    """Return what the run says of each DSDEN since its last sending."""
    return {
        one.dsden: [difference.genre.value for difference in one.differences]
        for one in summary.differences
        if one.depuis is Depuis.ENVOI and one.differences
    }


def test_a_year_of_corrections(project: Path, certificates: Certificates) -> None:
    year = Annee(project, certificates, first_year())
    year.produce()
    assert year.send() == 0
    assert [box.messages for box in year.boites.values()] == [1, 1, 1]
    first = year.lots()

    def put(name: str, **cells: object) -> None:
        year.rows[name] |= cells

    # 1. Nothing changed but a remark that no letter prints: same bytes, nothing to send.
    assert changes(year.wave(lambda _: put("77-1", observations="à rappeler"))) == {}
    assert year.lots() == first
    assert "Rien n’est à envoyer" in year.shown
    # 2. An amount.
    assert changes(year.wave(lambda _: put("77-3", imp="1", montant=1250))) == {"77": ["modifiée"]}

    # 3. A typing mistake in a name, in two DSDEN.
    def misspelt(_: Annee) -> None:
        put("77-1", referent_nom="Unall")
        put("93-3", referent_nom="Troisfontaine")

    assert changes(year.wave(misspelt)) == {"77": ["nom corrigé"], "93": ["nom corrigé"]}
    # 4. Another référent. 5. One who leaves a vacant post, a vacant post that is filled.
    assert changes(year.wave(lambda _: put("93-1", referent_nom="Vasseur", referent_prenom="Marc"))) == {
        "93": ["autre référent"]
    }

    def moved(_: Annee) -> None:
        put("77-2", referent_nom="À pourvoir", referent_prenom="")
        put("77-5", referent_nom="Quintin", referent_prenom="Zoé")

    assert changes(year.wave(moved)) == {"77": ["poste devenu vacant", "poste pourvu"]}

    old = year.config.journal.read_bytes()

    # 6. A school more, and a second référent in another: his colleague's letter names him.
    def more(_: Annee) -> None:
        year.rows["94-6"] = school(6, "94")
        year.rows["94-1b"] = school(1, "94", referent_nom="Second", referent_prenom="Luc", referent_civilite="M.")

    assert changes(year.wave(more)) == {"94": ["nouvelle", "modifiée", "nouvelle"]}
    # 7. A message of which nobody knows whether it arrived; here it did not.
    assert changes(year.wave(lambda _: put("93-2", chef="Lise Autre"), LOST)) == {"93": ["modifiée"]}
    year.produce()
    assert year.send() == 7, year.shown
    assert "peut-être arrivé" in year.shown
    # 8. The template of the collèges: all their letters, and what is uncertain goes along.
    late = year.wave(lambda _: year.edit_template("mallette", "boîte"))
    assert set(changes(late)) == {"77", "93", "94"}
    assert {len(lot.documents) for lot in late.rectificatifs if lot.dsden == "93"} == {3}
    # 9. One that did arrive, though nobody knows, and what follows it.
    year.wave(lambda _: put("93-3", imp="1", montant=1250), replace(LOST, kept=True))
    year.wave(lambda _: put("93-3", imp="1/2", montant=625))

    the_journal_is_lost_and_mended(year, old)

    # 10. A row that becomes wrong withdraws nothing; a letter goes for good.
    def broken(_: Annee) -> None:
        put("94-2", montant="beaucoup", imp="")
        del year.rows["94-6"]

    assert changes(year.wave(broken)) == {"94": ["retirée"]}
    assert any(uai(2, "94") in name for name in year.boites["94"].files)
    # 11. It is mended, with another amount.
    assert changes(year.wave(lambda _: put("94-2", montant=2500, imp="2"))) == {"94": ["modifiée"]}

    # 12. A whole DSDEN has none left.
    def gone(_: Annee) -> None:
        for name in [name for name in year.rows if name.startswith("94")]:
            del year.rows[name]

    emptied = year.wave(gone)
    assert [(lot.dsden, len(lot.documents), len(lot.retraits)) for lot in emptied.rectificatifs] == [("94", 0, 4)]

    end_equals_a_fresh_run(year)
    nothing_came_twice(year)
    what_was_sent_is_kept(year)
    every_file_is_proved(year)


def the_journal_is_lost_and_mended(year: Annee, old: bytes) -> None:
    """Neither without a journal nor with an older one does anything go on, until it is mended; nothing is lost."""
    path = year.config.journal
    before = sqlite_rows(path)
    for damage in (path.unlink, lambda: path.write_bytes(old)):
        damage()
        with pytest.raises(JournalError):
            year.produce()
        with pytest.raises(JournalError):
            year.send()
        assert mend_journal(year.config, year.now, confirmer=True) == ExitCode.OK
        assert sqlite_rows(path) == before


def sqlite_rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as journal:
        return journal.execute("SELECT * FROM envoi ORDER BY id").fetchall()


def end_equals_a_fresh_run(year: Annee) -> None:
    """Compare what each DSDEN has with the letters of one run in a new folder: bytes, or words where a mark stands."""
    year.produce("neuf")
    fresh = letters_of(year.project / "neuf/2026-2027")
    marked = 0
    for code, box in year.boites.items():
        wanted = fresh.get(code, {})
        assert box.files.keys() == wanted.keys()
        for name, data in box.files.items():
            if data != wanted[name]:
                assert int(name[14:15]) % 3 == 0, f"{name} has no mark and differs"
                assert text_of(data) == text_of(wanted[name])
                assert MARK.search(printed(data))
                marked += 1
                last = data
    assert marked
    a_marked_letter_is_as_good_as_any(last, year.project / "marquée.pdf")


def a_marked_letter_is_as_good_as_any(pdf: bytes, path: Path) -> None:
    """One page, archivable and accessible."""
    path.write_bytes(pdf)
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
    for profile in ("2b", "ua1"):
        report = page.validate_pdf(path, profile=profile)
        assert report.is_compliant, report


def nothing_came_twice(year: Annee) -> None:
    """Nothing that a DSDEN has came again, and nothing more is to leave."""
    assert {code: box.twice for code, box in year.boites.items()} == {"77": [], "93": [], "94": []}
    assert all(box.numbers == sorted(set(box.numbers)) for box in year.boites.values())
    before = {code: box.messages for code, box in year.boites.items()}
    year.produce()
    assert year.send() == 0
    assert {code: box.messages for code, box in year.boites.items()} == before


def what_was_sent_is_kept(year: Annee) -> None:
    """Every bundle that left is on the disk, byte for byte, and none is in the way of today's."""
    sent = sorted(path.name for path in (year.config.dossier_lots / "envoyes").glob("*.zip"))
    assert len([name for name in sent if "rectificatif" not in name]) == 3
    for path in (year.config.dossier_lots / "envoyes").glob("*rectificatif*.zip"):
        with zipfile.ZipFile(path) as archive:
            assert f"rectificatif-{json.loads(archive.read('manifeste.json'))['numero']}.zip" in path.name
    assert not [name for name in year.lots() if "rectificatif" in name]


def every_file_is_proved(year: Annee) -> None:
    """After all that, `mlds controler` knows every file that is there, and misses none."""
    with Terminal(Console(file=io.StringIO())) as terminal:
        groups = {one.nom: one for one in checked_campaign(year.config, terminal)}
    assert [constat for group in groups.values() for constat in group.constats] == []
    assert groups["Lots"].fichiers == len(list(year.config.dossier_lots.rglob("*.zip")))


@pytest.mark.usefixtures("zone")
def test_a_year_by_drafts_and_by_mail(project: Path, certificates: Certificates) -> None:
    year = Annee(project, certificates, first_year())
    year.produce()
    year.send_by_hand()

    def wave(by_hand: bool, **cells: dict[str, object]) -> dict[str, list[str]]:
        year.day += timedelta(days=37)
        for name, changed in cells.items():
            year.rows[name.replace("_", "-").removeprefix("n")] |= changed
        summary = year.produce()
        year.send_by_hand() if by_hand else year.send()
        return changes(summary)

    assert wave(True, n77_1={"observations": "à rappeler"}) == {}
    assert [box.messages for box in year.boites.values()] == [1, 1, 1]
    assert wave(True, n77_3={"imp": "1", "montant": 1250}) == {"77": ["modifiée"]}
    assert wave(False, n77_1={"referent_nom": "Unall"}, n93_1={"referent_nom": "Vasseur"}) == {
        "77": ["nom corrigé"],
        "93": ["autre référent"],
    }
    assert wave(True, n77_2={"referent_nom": "À pourvoir", "referent_prenom": ""}) == {"77": ["poste devenu vacant"]}
    assert wave(False, n77_1={"referent_nom": "Unal"}) == {"77": ["nom corrigé"]}
    assert wave(True, n94_2={"chef": "Lise Autre"}, n77_5={"referent_nom": "Quintin", "referent_prenom": "Zoé"}) == {
        "77": ["poste pourvu"],
        "94": ["modifiée"],
    }
    assert year.day.year == 2027
    end_equals_a_fresh_run(year)
    nothing_came_twice(year)
    every_file_is_proved(year)


def test_the_mark_names_the_day_of_what_it_replaces() -> None:
    assert MARK.sub("", "x Cette lettre annule et remplace celle transmise le 3 septembre 2026. y") == "x  y"
