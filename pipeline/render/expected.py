"""What a letter must show, and what it may: by its fields, for the check of its template and for proofreading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from pipeline.render.docx import printable


def expected_texts(fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what the printed letter must show, each with its name in French, for proofreading."""
    expected = [
        ("le nom du référent", fields["referent"]["nom_complet"]),
        ("le nom de l’établissement", fields["etablissement"]["nom"]),
        ("le numéro UAI", fields["etablissement"]["uai"]),
        ("le nom du chef d’établissement", fields["chef"]["nom_complet"]),
        ("l’année scolaire", fields["annee_scolaire"]),
        ("l’adresse de la DSDEN", fields["dsden"]["courriel"]),
    ]
    if fields["imp"]:
        expected += [("le montant de l’IMP", fields["imp"]["montant"]), ("le nombre d’IMP", fields["imp"]["nombre"])]
    return tuple(expected)


def forms_of(text: str, fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the texts that say as much as an expected one: a school's name may stand after its article or « de ».

    The name alone comes last: the title of the document may hold it, and the letter only the name after its article.
    """
    school = fields["etablissement"]
    return (*(school[name] for name in ("le_nom", "Le_nom", "de_nom", "a_nom") if text == school["nom"]), text)


def expected_in(fields: Mapping[str, Any], xml: bytes) -> tuple[tuple[str, str], ...]:
    """Return what the PDF must show: what every letter does, and what the Word letter happens to hold besides."""
    required = [
        (what, next((form for form in forms_of(text, fields) if _is_in(xml, form)), text))
        for what, text in expected_texts(fields)
    ]
    held = [(what, text) for what, text in _other_texts(fields) if _is_in(xml, text)]
    return (*required, *held)


def _is_in(xml: bytes, text: str) -> bool:
    return escape(printable(text)).encode() in xml


def _other_texts(fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what a letter may show besides, by the choice of its template: proofread where it does.

    A field that the template does not read is not there.
    """
    texts = [
        ("la commune", fields["etablissement"].get("commune")),
        ("la fonction du référent", fields["referent"].get("fonction")),
        ("la fonction du chef d’établissement", fields["chef"].get("fonction")),
        ("les autres référents de l’établissement", fields["referent"].get("collegues")),
        *((f"la colonne « {header} »", text) for header, text in fields.get("autres", {}).items()),
    ]
    return tuple((what, text) for what, text in texts if text)
