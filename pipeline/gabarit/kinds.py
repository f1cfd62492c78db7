"""The kinds of letters that the conditions of a template may tell apart, made of one sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pipeline.french.words import listed

Fields = Mapping[str, Any]
Change = tuple[str, Callable[[Fields], Fields]]
"""What sets a letter apart, in French, and the fields that are other than the sample's."""

_CIVILITES = {"M.": "de civilité « M. »", "Mme": "de civilité « Mme »", "": "sans civilité"}
_PEOPLE = ("referent", "chef")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of letter: what sets it apart from the sample (« sans IMP »; "" for the sample itself), and its fields."""

    said: str
    fields: Fields

    @property
    def place(self) -> str:
        """Return the end of a sentence: « dans une lettre sans IMP »."""
        return f" dans une lettre {self.said}" if self.said else ""


def kinds_of(sample: Fields) -> tuple[Kind, ...]:
    """Return the sample, then the other kinds of letters, each after those that differ from the sample in less.

    Only what conditions ask is changed, not the words that would agree with it.
    """
    kinds = [Kind("", sample)]
    for changes in (tuple(_civilites(sample)), _IMP, _BLANK, _REPLACING):
        kinds += [
            Kind(listed([text for text in (kind.said, said) if text]), {**kind.fields, **change(kind.fields)})
            for said, change in changes
            for kind in kinds
        ]
    return tuple(kinds)


def _civilites(sample: Fields) -> Iterator[Change]:
    for civilite, said in _CIVILITES.items():
        if civilite != sample["referent"]["civilite"]:
            yield said, partial(_with_civilite, civilite)


def _with_civilite(civilite: str, fields: Fields) -> Fields:
    return {who: {**fields[who], "civilite": civilite} for who in _PEOPLE}


def _without_what_may_be_blank(fields: Fields) -> Fields:
    people = {who: {**fields[who], "fonction": ""} for who in _PEOPLE}
    people["referent"]["collegues"] = ""
    return {
        **people,
        "etablissement": {**fields["etablissement"], "commune": ""},
        "autres": fields["autres"].blank(),
    }


_IMP: tuple[Change, ...] = (
    ("sans IMP", lambda fields: {"imp": None}),
    ("sans IMP, avec décharge", lambda fields: {"imp": None, "decharge": "décharge"}),
)
_BLANK: tuple[Change, ...] = (("sans collègue ni cellule facultative", _without_what_may_be_blank),)
_REPLACING: tuple[Change, ...] = (("qui en remplace une autre", lambda fields: {"remplace": "1er septembre 2026"}),)
