"""A bundle too large for one message: whole letters, none lost, none above the limit, the same parts every time."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.bundle.ready import Bundle
from pipeline.errors import MailError
from pipeline.french.signs import NBSP
from pipeline.french.words import euros
from pipeline.send.message import Message, compose
from pipeline.send.parts import Contents, Member, contents, encoded, split
from pipeline.settings.config import Config, read_config
from support.program import ROOT
from support.ready_campaign import WHEN, attached, bundle_of, message_id, sending, text_of

AMOUNTS = (Decimal(0), Decimal("312.50"), Decimal("1250.00"))


def made(bundle: Bundle, config: Config) -> tuple[Message, ...]:
    return compose(bundle, config, when=WHEN, message_ids=message_id)


def member(name: str, size: int, montant: Decimal = Decimal(0)) -> Member:
    return Member(
        ZipInfo(name, (2026, 9, 1, 0, 0, 0)), b"x" * size, {"nom": name, "octets": size, "sha256": "0" * 64}, montant
    )


def held(sizes: list[int]) -> Contents:
    """Return a bundle of letters of these sizes, as it is once taken apart."""
    letters = [
        member(f"lettres/077{number:04d}A_X.pdf", size, AMOUNTS[number % 3]) for number, size in enumerate(sizes)
    ]
    manifest = {
        "annee_scolaire": "2026-2027",
        "dsden": "77",
        "lettres": len(sizes),
        "montant_total": "0.00",
        "fichiers": [],
    }
    return Contents(tuple(letters), (member("recapitulatif_DSDEN-77.xlsx", 900),), manifest, ZipInfo("manifeste.json"))


def frame(count: int) -> int:
    """Weigh a message without its file, as one that lists its parts does."""
    return 1500 + 90 * count


# The least limit under which the heaviest letter still goes alone, when the text lists as many parts as letters.
@given(st.lists(st.integers(0, 4000), min_size=1, max_size=40), st.integers(15_000, 40_000))
@example([4000] * 40, 15_000)
def test_no_letter_is_lost_and_no_part_is_too_heavy(sizes: list[int], limit: int) -> None:
    bundle = held(sizes)
    parts = split(bundle, limit, frame, "DSDEN 77")
    names: list[str] = []
    for number, part in enumerate(parts, start=1):
        assert (part.number, part.count) == (number, len(parts))
        assert frame(part.count) + encoded(len(part.data)) <= limit
        with ZipFile(BytesIO(part.data)) as archive:
            own = [name for name in archive.namelist() if name.startswith("lettres/")]
            manifest = json.loads(archive.read("manifeste.json"))
            assert archive.namelist() == [*own, "recapitulatif_DSDEN-77.xlsx", "manifeste.json"]
            assert [entry["nom"] for entry in manifest["fichiers"]] == [*own, "recapitulatif_DSDEN-77.xlsx"]
            assert (manifest["partie"], manifest["lettres"]) == (f"{number}/{len(parts)}", len(own) or 0)
            assert manifest["montant_total"] == f"{part.montant:.2f}"
        assert part.letters == len(own) > 0
        names += own
    assert names == [letter.info.filename for letter in bundle.letters]
    assert sum(part.montant for part in parts) == sum(letter.montant for letter in bundle.letters)
    assert [part.data for part in split(bundle, limit, frame, "")] == [part.data for part in parts]


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=20), st.integers(11_500, 20_000))
@example([3000] * 20, 11_500)
def test_two_neighbours_never_fit_in_one_message(sizes: list[int], limit: int) -> None:
    parts = split(held(sizes), limit, frame, "DSDEN 77")
    for part, following in pairwise(parts):
        both = len(part.data) + len(following.data) - 900
        # What the plan allows for and does not use: the sheet and the records once, 64 bytes a line of the manifest.
        assert frame(part.count) + encoded(both + 64 * (part.letters + following.letters + 2) + 400) > limit


def test_a_letter_alone_above_the_limit_is_refused_by_its_school_not_by_its_person(
    config: Config, tmp_path: Path
) -> None:
    bundle = bundle_of(tmp_path, config, [500, 40_000, 500], nom="Zywnosc")
    with pytest.raises(MailError, match=r"DSDEN 77 : la lettre de l’établissement 0770001H .*40.Ko.* 40.Ko") as caught:
        made(bundle, sending(config, limite_mo=0.04))
    assert "Zywnosc" not in str(caught.value)
    assert "limite_mo" in str(caught.value)


@pytest.mark.parametrize("limit", [0.0001, 0.005])
def test_a_limit_below_any_message_is_a_sentence(config: Config, tmp_path: Path, limit: float) -> None:
    with pytest.raises(MailError, match="ne tient pas"):
        made(bundle_of(tmp_path, config, [500]), sending(config, limite_mo=limit))


def test_a_bundle_is_whole_up_to_the_very_limit(config: Config, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path, config, [3000] * 4)
    assert len(made(bundle, sending(config))) == 1
    counts = {size: len(made(bundle, sending(config, limite_mo=size / 1e6))) for size in range(29_000, 44_000, 1000)}
    assert set(counts.values()) >= {1, 2}
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    for size in counts:
        assert all(len(one.data) <= size for one in made(bundle, sending(config, limite_mo=size / 1e6)))


def test_each_part_says_which_it_is_and_lists_them_all(config: Config, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path, config, [6000] * 5)
    messages = made(bundle, sending(config, limite_mo=0.0385))
    count = len(messages)
    assert count >= 3
    for number, message in enumerate(messages, start=1):
        assert (message.part, message.parts, message.bundle_sha256) == (number, count, bundle.sha256)
        assert message.attachment == f"DSDEN-77_2026-2027_partie-{number}-sur-{count}.zip"
        assert message.subject.endswith(f" – partie {number}/{count}")
        text = text_of(message.data)
        assert f"Celui-ci est la partie {number}/{count} (" in text
        for one in messages:
            line = f"- partie {one.part}/{count} : {one.attachment} ({one.letters}{NBSP}lettre{'s' * (one.letters > 1)}, {euros(one.montant)})"
            assert line in text
        assert f"{bundle.letters}{NBSP}lettres, pour un montant annuel brut de {euros(bundle.montant_total)}" in text
    assert sum(one.montant for one in messages) == bundle.montant_total
    assert len({one.message_id for one in messages}) == count


def test_the_parts_hold_the_very_files_of_the_bundle(config: Config, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path, config, [6000] * 5)
    with ZipFile(bundle.path) as whole:
        kept = {name: whole.read(name) for name in whole.namelist() if name != "manifeste.json"}
    found: dict[str, bytes] = {}
    for message in made(bundle, sending(config, limite_mo=0.0385)):
        with ZipFile(BytesIO(attached(message.data))) as part:
            assert {info.compress_type for info in part.infolist()} == {ZIP_STORED}
            assert {info.date_time for info in part.infolist()} == {(2026, 9, 1, 0, 0, 0)}
            own = {name: part.read(name) for name in part.namelist() if name != "manifeste.json"}
            for entry in json.loads(part.read("manifeste.json"))["fichiers"]:
                assert entry["sha256"] == hashlib.sha256(own[entry["nom"]]).hexdigest()
            found |= own
    assert found == kept


def test_amounts_come_from_the_sheet_of_the_bundle_and_must_agree(config: Config, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path, config, [600] * 4)
    data = bundle.path.read_bytes()
    assert [one.montant for one in contents(bundle, data).letters] == [
        Decimal(x) for x in ("312.50", "625.00", "1250.00", "312.50")
    ]
    for other in (
        Bundle("77", bundle.path, bundle.sha256, bundle.size, 5, bundle.montant_total),
        Bundle("77", bundle.path, bundle.sha256, bundle.size, 4, Decimal("1.00")),
        Bundle("93", bundle.path, bundle.sha256, bundle.size, 4, bundle.montant_total),
    ):
        with pytest.raises(MailError, match="ne va pas avec ses lettres"):
            contents(other, data)
    with pytest.raises(MailError, match="ne va pas avec ses lettres"):
        contents(bundle, b"not a zip")


def test_a_letter_without_an_amount_counts_for_nothing(tmp_path: Path) -> None:
    settings = read_config(ROOT / "config.toml")
    bundle = bundle_of(tmp_path, settings, [600, 600], without_imp=True)
    assert [one.montant for one in contents(bundle, bundle.path.read_bytes()).letters] == [Decimal(0), Decimal(0)]
