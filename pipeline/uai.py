"""The UAI (formerly RNE): seven digits and a key letter that proves them; the first three digits route the letter."""

from __future__ import annotations

import re

KEYS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""Key letters in the order of the remainder of the seven digits by 23; I, O and Q are never used."""

_FORM = re.compile(r"[0-9]{7}[A-Z]")
_CORSE = {"620": "2A", "720": "2B"}


def has_form(text: str) -> bool:
    """Return whether the text is seven digits and a capital letter, whatever the key."""
    return _FORM.fullmatch(text) is not None


def key_of(digits: str) -> str:
    """Return the key letter of seven digits."""
    return KEYS[int(digits) % len(KEYS)]


def is_valid(text: str) -> bool:
    """Return whether the text is a UAI whose key is the right one.

    No change of one digit and no swap of neighbours passes, so a wrong key is always a typing error.
    """
    return has_form(text) and text[7] == key_of(text[:7])


def departement_of(uai: str) -> str:
    """Return the code of the département that a well-formed UAI names (« 77 », « 2A », « 974 »), "" when it names none.

    Corse kept its own prefixes (620 and 720); overseas départements use the three digits of their code.
    """
    prefix = uai[:3]
    if prefix in _CORSE:
        return _CORSE[prefix]
    if prefix.startswith(("97", "98")):
        return prefix
    return prefix[1:] if prefix.startswith("0") else ""


def made_up(departement: str) -> str:
    """Return a well-formed UAI of a département that no school has: number 9999."""
    prefix = next((prefix for prefix, code in _CORSE.items() if code == departement), departement.zfill(3))
    digits = f"{prefix}9999"
    return digits + key_of(digits)


def is_of_example(uai: str) -> bool:
    """Return whether a UAI is one of the invented schools of the example: numbers 9001 to 9099, which none has."""
    return has_form(uai) and 9001 <= int(uai[3:7]) <= 9099


def one_slip(written: str, right: str) -> bool:
    """Return whether one slip of the hand makes a UAI another: a sign changed, missing or added, or two swapped."""
    if len(written) == len(right):
        apart = [place for place, (one, other) in enumerate(zip(written, right, strict=True)) if one != other]
        swapped = len(apart) == 2 and apart[1] == apart[0] + 1
        return len(apart) == 1 or (
            swapped and written[apart[0]] + written[apart[1]] == right[apart[1]] + right[apart[0]]
        )
    longer, shorter = (written, right) if len(written) > len(right) else (right, written)
    return len(longer) == len(shorter) + 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )
