"""What the table of `mlds envoyer` counts, and what leaves again when that is asked."""

from __future__ import annotations

import re

from pipeline.errors import ExitCode
from support.ready_campaign import text_of
from support.rectorat import ALL, Rectorat, to, told


def test_a_full_bundle_that_left_leaves_again_by_the_command_that_is_said(rectorat: Rectorat) -> None:
    with rectorat.serve() as server:
        rectorat.run("--confirmer")
        done = rectorat.run("--complet", "--confirmer", "--dsden", "77")
        assert (done.returncode, to(server)) == (ExitCode.OK, ALL)
        assert "DSDEN 77 : le lot complet y est déjà parti, tel qu’il est." in told(done)
        (command,) = re.findall(r"« mlds (envoyer --complet [^»]*) »", told(done))
        assert rectorat.run(*command.split()[1:]).returncode == ExitCode.OK
        assert to(server) == [*ALL, "77"]


def test_the_total_is_of_what_would_leave(rectorat: Rectorat) -> None:
    with rectorat.serve():
        assert rectorat.run("--confirmer", "--dsden", "77").returncode == ExitCode.OK
        assert "Total de ce qui partirait 4 2 500,00 € " in told(rectorat.run())
        rectorat.run("--confirmer")
        assert "Total de ce qui partirait 0 0,00 € 0 octets 0 message" in told(rectorat.run())


def test_the_text_may_say_something_else_to_one_dsden(rectorat: Rectorat) -> None:
    """As docs/guide.md shows it."""
    template = rectorat.project / "templates/courriel.txt"
    text = template.read_text(encoding="utf-8")
    own = (
        '{% if dsden == "93" %}\nRéunion le 12 octobre.\n{% else %}\nRéunion le 14 octobre.\n{% endif %}\nCordialement,'
    )
    assert "\nCordialement," in text
    template.write_text(text.replace("Cordialement,", own), encoding="utf-8")
    with rectorat.serve() as server:
        assert rectorat.run("--confirmer").returncode == ExitCode.OK
    days = [re.findall(r"Réunion le (\d\d)", text_of(one.data)) for one in server.received]
    assert (to(server), days) == (ALL, [["14"], ["12"], ["14"]])
