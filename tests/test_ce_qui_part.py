"""What the table of `mlds envoyer` counts, and what leaves again when that is asked."""

from __future__ import annotations

import re

from test_envoyer import ALL, Rectorat, rectorat, to, told

from pipeline.errors import ExitCode

__all__ = ["rectorat"]


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
