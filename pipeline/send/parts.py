"""A bundle too large for one message, split into parts: whole letters, in order, the same parts every time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from pipeline.bundle.opening import amounts_in
from pipeline.bundle.ready import Bundle
from pipeline.errors import InputError, MailError
from pipeline.french.words import octets
from pipeline.names import LETTERS, MANIFEST, sheet_name, taken_apart, uai_of


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a bundle: its record, its bytes, its line of the manifest; its amount when it is a letter."""

    info: ZipInfo
    data: bytes
    entry: dict[str, Any]
    montant: Decimal

    @property
    def uai(self) -> str:
        """Return the UAI that a letter's name begins with: what a message may call it by."""
        return uai_of(self.info.filename)


@dataclass(frozen=True, slots=True)
class Contents:
    """A bundle taken apart: its letters in order, the files that go with them, its manifest and that one's record."""

    letters: tuple[Member, ...]
    others: tuple[Member, ...]
    manifest: dict[str, Any]
    manifest_info: ZipInfo


def contents(bundle: Bundle, data: bytes) -> Contents:
    """Take a bundle apart; raise MailError when its sheet and its manifest do not go with its letters."""
    try:
        found = _contents(bundle, data)
        total = sum((one.montant for one in found.letters), Decimal(0))
    except (InputError, ArithmeticError, LookupError, ValueError):
        found, total = None, Decimal(0)
    if found is None or len(found.letters) != bundle.letters or total != bundle.montant_total:
        raise MailError(
            f"{bundle.path} : le récapitulatif de ce lot ne va pas avec ses lettres. Rien n’a été envoyé. "
            "Relancez « mlds produire », puis cette commande."
        )
    return found


def _contents(bundle: Bundle, data: bytes) -> Contents:
    files, manifest = taken_apart(data)
    held = {info.filename: data for info, data in files}
    entries = {entry["nom"]: entry for entry in manifest["fichiers"]}
    sheet = sheet_name(bundle.dsden)
    amounts = amounts_in(Path(sheet), held[sheet])
    letters, others = [], []
    for info, data in files:
        name = info.filename
        if name.startswith(LETTERS):
            letters.append(Member(info, data, entries[name], amounts[name.removeprefix(LETTERS)]))
        elif name != MANIFEST:
            others.append(Member(info, data, entries[name], Decimal(0)))
    record = next(info for info, _ in files if info.filename == MANIFEST)
    return Contents(tuple(letters), tuple(others), manifest, record)


_LINE = 57
"""Bytes of a file that one line of base64 holds; the line is 76 signs and its end (RFC 2045, 6.8)."""
_ENCODED = 78
_RECORDS = 30 + 46
"""Bytes that a zip adds for a member, besides its name twice (PKWARE APPNOTE, 4.3.7 and 4.3.12)."""
_END = 22
_INDENT = 64
"""More bytes than a line of the manifest takes for its place in the list."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bundle: its number (1 first) among how many, its letters and their amount, its zip."""

    number: int
    count: int
    letters: int
    montant: Decimal
    data: bytes

    @property
    def label(self) -> str:
        """Return « partie 1/3 », "" when the bundle is whole."""
        return f"partie {self.number}/{self.count}" if self.count > 1 else ""


def encoded(size: int) -> int:
    """Return the bytes that a file takes in a message, in base64."""
    lines, rest = divmod(size, _LINE)
    return lines * _ENCODED + (-(-rest // 3) * 4 + 2 if rest else 0)


def split(contents: Contents, limit: int, frame: Callable[[int], int], where: str) -> tuple[Part, ...]:
    """Share out the letters of a bundle among as few messages as their order allows, none above `limit` bytes.

    `frame` gives what a message weighs without its file when there are so many parts: the text lists them all.
    `where` names the bundle in what goes wrong. Raises MailError when one letter alone is above the limit.
    """
    count = 2
    while True:
        room = (limit - frame(count)) // _ENCODED * _LINE - _fixed(contents)
        groups = _fill(contents.letters, room, limit, where)
        if len(groups) <= count:
            break
        count = len(groups)
    return tuple(_part(contents, number, len(groups), group) for number, group in enumerate(groups, start=1))


def _fill(letters: Sequence[Member], room: int, limit: int, where: str) -> list[list[Member]]:
    groups: list[list[Member]] = [[]]
    left = room
    for letter in letters:
        weight = _weight(letter)
        if weight > room:
            raise MailError(
                f"{where} : la lettre de l’établissement {letter.uai} ({octets(len(letter.data))}) ne tient pas dans "
                f"un message de {octets(limit)}. Rien n’a été envoyé. Augmentez « limite_mo » dans config.toml si la "
                "messagerie l’accepte, ou allégez le gabarit (ses images)."
            )
        if weight > left:
            groups.append([])
            left = room
        groups[-1].append(letter)
        left -= weight
    return groups


def _weight(member: Member) -> int:
    """Return the most that a file adds to a part: itself, its records, its line of the manifest."""
    return len(member.data) + 2 * len(member.info.filename.encode()) + _RECORDS + len(_json(member.entry)) + _INDENT


def _fixed(contents: Contents) -> int:
    """Return the most that a part weighs without a letter."""
    manifest = _json({**contents.manifest, "fichiers": [], "partie": "999/999"})
    return (
        _END + _RECORDS + 2 * len(contents.manifest_info.filename) + len(manifest) + sum(map(_weight, contents.others))
    )


def _part(contents: Contents, number: int, count: int, letters: Sequence[Member]) -> Part:
    """Make one part: its letters, the summary sheet of the whole bundle, and a manifest of what is in this zip."""
    montant = sum((letter.montant for letter in letters), Decimal(0))
    members = [*letters, *contents.others]
    manifest = {
        **contents.manifest,
        "partie": f"{number}/{count}",
        "lettres": len(letters),
        "montant_total": f"{montant:.2f}",
    }
    manifest["fichiers"] = [member.entry for member in members]
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for member in members:
            archive.writestr(_same(member.info), member.data)
        archive.writestr(_same(contents.manifest_info), _json(manifest) + b"\n")
    return Part(number, count, len(letters), montant, buffer.getvalue())


def _same(info: ZipInfo) -> ZipInfo:
    """Return a record with the name, date, rights and storing of one of the bundle, free of its place in it."""
    copy = ZipInfo(info.filename, info.date_time)
    copy.create_system, copy.external_attr, copy.compress_type = (
        info.create_system,
        info.external_attr,
        info.compress_type,
    )
    return copy


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
