"""What every section of config.toml is: strict about its keys, and never changed once read."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Annotated
from unicodedata import name

from email_validator import EmailNotValidError, validate_email
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Texte = Annotated[str, Field(min_length=1)]
Fichier = Annotated[Path | None, BeforeValidator(lambda value: None if value == "" else value)]
"""A file that need not be named: "" is none."""


class Section(BaseModel):
    """A section of config.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_FORM = "écrivez une seule adresse de messagerie, par exemple « ce.mlds@exemple.fr »"


def mailbox(text: str) -> str:
    """Return an address as it goes into a message; raise ValueError, with what to write, for anything else.

    One address without a name, in ASCII: an accent before the @ needs SMTPUTF8, which few academic servers offer.
    A domain with accents is given in its ASCII form (RFC 5891). No « % » nor « ! » before the @: servers may
    still read them as a route to another domain. No « - » first: a mail program may read it as an option. No letter of
    another script than Latin: « аc-creteil.fr » with a Cyrillic « а » is another domain that looks the same.
    """
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        raise ValueError(_FORM) from None
    if found.ascii_email is None or text != text.strip() or set("%!") & set(found.local_part) or text.startswith("-"):
        raise ValueError(_FORM)
    if strangers := [sign for sign in found.domain if sign.isalpha() and not name(sign).startswith("LATIN ")]:
        raise ValueError(f"« {strangers[0]} » n’est pas une lettre de notre alphabet : {_FORM}")
    return found.ascii_email


def box(address: str) -> str:
    """Return what the addresses of one mailbox share: neither capitals nor what follows a « + » lead elsewhere."""
    local, _, where = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{where}"


def domain(address: str) -> str:
    """Return what follows the @ of an address: the right side of a sender's Message-IDs."""
    return address.rpartition("@")[2]


_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Controls, marks of direction and other format signs, halves of signs, unassigned ones, line ends of Unicode."""


def seen(text: str) -> str:
    """Return a text with a space in place of each sign that nobody sees, line feeds among them.

    « =? » is taken apart: it begins an encoded word (RFC 2047), and some mail programs decode one inside another.
    """
    shown = "".join(" " if unicodedata.category(sign) in _UNSEEN else sign for sign in text)
    return shown.replace("=?", "= ?")


def one_line(text: str) -> str:
    """Return a text on one line, as it is seen: signs that nobody sees become spaces, and rows of spaces one.

    A no-break space stays what it is. Applying it twice changes nothing.
    """
    return " ".join(part for part in seen(text).split(" ") if part).strip()
