"""Drafts on the main road: nobody sees whether they were sent, so the program keeps both worlds until someone says."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.cli.usage import TOUS, Codes
from support.program import mlds
from support.ready_campaign import settings
from support.rows import GOOD
from support.workbooks import HEAD, xlsx
from support.year import uai

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHOOLS = {uai(1): "Un", uai(2): "Deux", uai(3, "93"): "Trois"}


class Desk:
    """A secretary at a terminal, in a folder of their own."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.results = project / "sortie/2026-2027"
        settings(project, "ac-exemple.fr")

    def type(self, *words: str) -> str:
        """Run a command that goes well; return what it says, its white space made single."""
        done = mlds(*words, cwd=self.project)
        assert done.returncode == 0, done.stderr
        return re.sub(r"\s+", " ", done.stderr + done.stdout)

    def produce(self, amounts: Mapping[str, tuple[str, int]]) -> str:
        """Save a workbook of three letters, some of other amounts, and produce it."""
        rows = [
            {**GOOD, "uai": number, "etablissement": f"Collège {nom}", "referent_nom": nom, **dict(zip(("imp", "montant"), amounts.get(nom, ("1/2", 625)), strict=True))}
            for number, nom in SCHOOLS.items()
        ]  # fmt: skip
        (self.project / "entree").mkdir(exist_ok=True)
        (self.project / "entree/referents.xlsx").write_bytes(xlsx([HEAD, *(list(row.values()) for row in rows)]))
        return self.type("produire")

    def names(self, folder: str) -> list[str]:
        """Return the files of a folder of the results."""
        return sorted(path.name for path in (self.results / folder).rglob("*") if path.is_file())

    def letters(self, bundle: str) -> list[str]:
        """Return the letters of a bundle in `lots/`, by the name of their référent."""
        with zipfile.ZipFile(self.results / "lots" / bundle) as archive:
            return [name.split("_")[1] for name in archive.namelist() if name.endswith(".pdf")]


FULL, CORRECTIVE = "DSDEN-77_2026-2027.zip", "DSDEN-77_2026-2027_rectificatif-{}.zip"
ONE, TWO = {"Un": ("1", 1250)}, {"Un": ("1", 1250), "Deux": ("1", 1250)}


def test_a_draft_holds_for_both_worlds_until_someone_says(project: Path) -> None:
    desk = Desk(project)
    desk.produce({})
    sent = (desk.results / "lots" / FULL).read_bytes()
    assert "« mlds envoyer --deja-envoye 77 93 » ; s’ils ne le seront pas, « mlds envoyer --pas-envoye 77 93 »" in (
        desk.type("envoyer", "--brouillons")
    )
    assert "en brouillon (77 et 93)" in desk.type()
    (desk.results / "brouillons/DSDEN-77_2026-2027.eml").unlink()
    assert "dire si le brouillon de la DSDEN 77 a été envoyé" in desk.type()
    desk.type("envoyer", "--brouillons", "--dsden", "77")  # the other one's draft is still good
    assert desk.names("brouillons") == ["DSDEN-77_2026-2027.eml", "DSDEN-93_2026-2027.eml"]

    draft = (desk.results / "brouillons/DSDEN-77_2026-2027.eml").read_bytes()

    # The bundle changes: draft and bundle are kept, and the reminder stays.
    assert "peut-être envoyé : gardé dans « brouillons/anciens/" in desk.produce(ONE)
    assert [path.read_bytes() for path in (desk.results / "lots/envoyes").iterdir()] == [sent]
    assert [path.read_bytes() for path in (desk.results / "brouillons").glob("anciens/*/*.eml")] == [draft]
    assert desk.names("lots") == [FULL, f"{FULL[:-4]}_envoye-le-{_day(desk)}.zip", "DSDEN-93_2026-2027.zip"]
    assert "Brouillons (DSDEN 77 et 93) : s’ils ont été envoyés, « mlds envoyer --deja-envoye 77 93 »" in desk.type()

    # Nobody is there to say yes: nothing is noted.
    refused = mlds("envoyer", "--deja-envoye", cwd=project)
    assert (refused.returncode, "Ajoutez « --confirmer »" in refused.stderr.replace("\u00a0", " ")) == (2, True)
    assert "Brouillons (DSDEN 77 et 93)" in desk.type()

    # Yes, both were sent: from now on only what changes leaves, and no draft is left among those to send.
    unsent = (desk.results / "brouillons/DSDEN-93_2026-2027.eml").read_bytes()
    assert "DSDEN 77 : le lot qui est prêt date d’avant. Lancez « mlds produire »" in desk.type(
        "envoyer", "--deja-envoye", "--confirmer"
    )
    assert not list((desk.results / "brouillons").glob("*.eml"))
    kept = [path.read_bytes() for path in (desk.results / "brouillons").glob("anciens/*/*.eml")]
    assert sorted(kept) == sorted([draft, unsent])
    assert "refait le lot de la DSDEN 77" in desk.type()
    assert "→ retenu" in _held(desk)
    desk.produce(ONE)
    assert desk.letters(CORRECTIVE.format(1)) == ["Un"]

    # A draft of the corrective one, and another change: the next one holds whether the first was sent or not.
    desk.type("envoyer", "--brouillons")
    desk.produce(TWO)
    assert CORRECTIVE.format(1) in desk.names("lots/envoyes")
    assert sorted(desk.letters(CORRECTIVE.format(2))) == ["Deux", "Un"]

    # No, it was not: its number is free, and nothing leaves under a number that would leave a hole.
    assert "ce rectificatif suit un brouillon dont personne n’a dit s’il a été envoyé" in _held(desk)
    said = desk.type("envoyer", "--pas-envoye", "77,93", "--confirmer")
    assert "Aucun brouillon n’attend de réponse pour la DSDEN 93" in said
    assert "DSDEN 77 : noté, il ne compte pas comme envoyé" in said
    assert "vous avez dit ce qu’est devenu un message d’avant. Lancez « mlds produire »" in _held(desk)
    desk.produce(TWO)
    bundles = sorted(path.name for path in (desk.results / "lots").glob("*.zip"))
    assert bundles == [FULL, CORRECTIVE.format(1), "DSDEN-93_2026-2027.zip"]
    assert sorted(desk.letters(CORRECTIVE.format(1))) == ["Deux", "Un"]
    assert mlds("envoyer", "--pas-envoye", cwd=project).returncode == 2
    assert mlds("controler", cwd=project).returncode == 0


def _held(desk: Desk) -> str:
    """Return what `mlds envoyer --confirmer` says where nothing may leave for the 77."""
    done = mlds("envoyer", "--dsden", "77", cwd=desk.project)
    assert "Rien" in done.stderr
    return re.sub(r"\s+", " ", done.stderr)


def _day(desk: Desk) -> str:
    return min(path.name for path in (desk.results / "brouillons/anciens").iterdir())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("--dsden 77 93 94", "--dsden 77 --dsden 93 --dsden 94"),
        ("--dsden 77,93,94 livre.xlsx", "--dsden 77 --dsden 93 --dsden 94 livre.xlsx"),
        ("--dsden 77, 93 --x", "--dsden 77 --dsden 93 --x"),
        ("--dsden=2a;974", "--dsden 2A --dsden 974"),
        ("--dsden 77 --dsden 93", "--dsden 77 --dsden 93"),
        ("--dsden Seine", "--dsden Seine"),
        ("--dsden", "--dsden"),
        ("--x 77", "--x 77"),
    ],
)
def test_several_codes_may_follow_an_option(typed: str, read: str) -> None:
    assert Codes(["--dsden"]).spread(typed.split()) == read.split()


def test_an_option_that_stands_alone_may_mean_all() -> None:
    option = Codes(["--deja-envoye"], alone=TOUS)
    assert option.spread(["--deja-envoye"]) == ["--deja-envoye", TOUS]
    assert option.spread(["--deja-envoye", "--sortie", "x"]) == ["--deja-envoye", TOUS, "--sortie", "x"]
    assert option.spread(["--deja-envoye", "77"]) == ["--deja-envoye", "77"]
