"""rapport.json: what happened, for programs; its keys are a public contract."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pipeline.bundle.differences import Comparaison, Difference
from pipeline.files import sha256
from pipeline.model import Lot
from pipeline.summarize.remarks import Remark, remarks_of
from pipeline.summarize.summary import Summary
from pipeline.table import OTHER, Table

CLES = {
    "classeur": "Le nom du classeur lu.",
    "origine": "Le nom du classeur qu’il corrige, quand c’est un anomalies.xlsx ; le sien sinon.",
    "fait_le": "La date et l’heure du passage (ISO 8601).",
    "annee_scolaire": "L’année scolaire de la campagne.",
    "lignes.lues": "Les lignes non vides sous les en-têtes : la somme des quatre suivantes, toujours.",
    "lignes.lettres": "Celles qui ont une lettre.",
    "lignes.a_pourvoir": "Les postes sans référent.",
    "lignes.rejetees": "Celles qui attendent une correction.",
    "lignes.ignorees": "Totaux, notes, doublons : chacune est nommée dans « anomalies ».",
    "lots[].dsden": "Le code de la DSDEN (un texte).",
    "lots[].fichier": "Le nom du lot, dans « lots ».",
    "lots[].lettres": "Le nombre de ses lettres.",
    "lots[].montant_total": "La somme de ses montants, en euros, avec deux décimales (un texte : « 169375.00 »).",
    "lots[].octets": "La taille du lot.",
    "lots[].sha256": "L’empreinte SHA-256 du lot.",
    "rectificatifs[].dsden": "Le code de la DSDEN qui a déjà reçu un lot.",
    "rectificatifs[].fichier": "Le nom du rectificatif, dans « lots ».",
    "rectificatifs[].lettres": "Le nombre de lettres nouvelles ou modifiées qu’il contient.",
    "rectificatifs[].montant_total": "La somme de leurs montants, écrite de même.",
    "rectificatifs[].octets": "Sa taille.",
    "rectificatifs[].sha256": "Son empreinte SHA-256.",
    "rectificatifs[].numero": "Son numéro, qui ne sert qu’une fois.",
    "rectificatifs[].ensemble": "Le nombre de lettres de la DSDEN une fois qu’il est reçu.",
    "rectificatifs[].retirees": "Le nombre de lettres qu’il retire.",
    "differences[].dsden": "Le code de la DSDEN comparée.",
    "differences[].depuis": "À quoi elle est comparée : « envoi » ou « passage ».",
    "differences[].quand": "La date de cet envoi ou de ce passage (ISO 8601).",
    "differences[].changements[].genre": "Ce qu’une lettre est devenue : « nouvelle », « modifiée », « retirée »…",
    "differences[].changements[].uai": "Le numéro UAI de l’établissement.",
    "differences[].changements[].etablissement": "Son nom.",
    "differences[].changements[].referent_avant": "Le référent d’avant, ou rien.",
    "differences[].changements[].referent": "Le référent d’à présent, ou rien.",
    "differences[].changements[].details[].champ": "Ce qui diffère.",
    "differences[].changements[].details[].avant": "Sa valeur d’avant.",
    "differences[].changements[].details[].apres": "Sa valeur d’à présent.",
    "fichiers[].fichier": "Le nom d’un classeur du compte rendu.",
    "fichiers[].sha256": "Son empreinte SHA-256 : autre, et c’est que quelqu’un l’a enregistré depuis.",
    "colonnes[].feuille": "La feuille d’une colonne comprise.",
    "colonnes[].lettre": "Sa lettre dans Excel.",
    "colonnes[].entete": "L’en-tête tel que le classeur l’écrit.",
    "colonnes[].role": "Le rôle que le programme lui donne (voir config.toml) ; vide quand elle n’en a pas.",
    "anomalies[].feuille": "La feuille du classeur.",
    "anomalies[].ligne": "Le numéro de ligne d’Excel.",
    "anomalies[].colonne": "L’en-tête tel que le classeur l’écrit ; vide quand toute la ligne est en cause.",
    "anomalies[].code": "Un des codes des anomalies.",
    "anomalies[].gravite": "« erreur » (la ligne n’a pas de lettre), « avertissement » ou « information ».",
    "anomalies[].message": "La phrase qui dit quoi corriger.",
    "anomalies[].uai": "Le numéro UAI de la ligne.",
    "anomalies[].etablissement": "Son établissement.",
    "anomalies[].referent": "Son référent.",
    "anomalies[].verifie": "Vrai quand quelqu’un a écrit que c’est voulu, dans la colonne « Vérifié ».",
}
"""Every key, with what it means in French; « [] » stands for each item of a list."""


def rapport_json(summary: Summary, workbooks: Mapping[str, bytes]) -> bytes:
    """Return the bytes of rapport.json: amounts as text with two decimals, lines as Excel's own numbers.

    `lues = lettres + a_pourvoir + rejetees + ignorees`, always. `workbooks` are the bytes of the reports made with it.
    """
    verdict = summary.verdict
    report = {
        "classeur": summary.workbook.name,
        "origine": summary.origine or summary.workbook.name,
        "fait_le": summary.generated_at.isoformat(),
        "annee_scolaire": summary.config.campagne.annee_scolaire,
        "lignes": {
            "lues": verdict.rows_read,
            "lettres": len(verdict.letters),
            "a_pourvoir": len(verdict.vacancies),
            "rejetees": len(verdict.rejected),
            "ignorees": len(verdict.ignored),
        },
        "lots": [_lot(lot) for lot in sorted(summary.lots, key=lambda lot: lot.dsden)],
        "rectificatifs": [
            {**_lot(lot), "numero": lot.numero, "ensemble": lot.ensemble, "retirees": len(lot.retraits)}
            for lot in summary.rectificatifs
        ],
        "differences": [_comparison(one) for one in summary.differences],
        "fichiers": [{"fichier": name, "sha256": sha256(data)} for name, data in workbooks.items()],
        "colonnes": columns_of(summary.table),
        "anomalies": [_anomaly(remark, summary) for remark in remarks_of(summary, summary.anomalies)],
    }
    return (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def columns_of(table: Table) -> list[dict[str, str]]:
    """Return how each column of each sheet was understood."""
    return [
        {
            "feuille": sheet,
            "lettre": column.letter,
            "entete": column.header,
            "role": "" if name.startswith(OTHER) else name,
        }
        for sheet, columns in table.columns.items()
        for name, column in columns.items()
    ]


def _lot(lot: Lot) -> dict[str, object]:
    return {
        "dsden": lot.dsden,
        "fichier": lot.path.name,
        "lettres": len(lot.documents),
        "montant_total": f"{lot.montant_total:.2f}",
        "octets": lot.size,
        "sha256": lot.sha256,
    }


def _comparison(comparison: Comparaison) -> dict[str, object]:
    return {
        "dsden": comparison.dsden,
        "depuis": comparison.depuis.value,
        "quand": comparison.quand.isoformat(),
        "changements": [_difference(one) for one in comparison.differences],
    }


def _difference(difference: Difference) -> dict[str, object]:
    return {
        "genre": difference.genre.value,
        "uai": difference.uai,
        "etablissement": difference.etablissement,
        "referent_avant": difference.avant,
        "referent": difference.apres,
        "details": [
            {"champ": detail.champ, "avant": detail.avant, "apres": detail.apres} for detail in difference.details
        ],
    }


def _anomaly(remark: Remark, summary: Summary) -> dict[str, object]:
    anomaly = remark.anomaly
    return {
        "feuille": anomaly.row.sheet,
        "ligne": anomaly.row.line,
        "colonne": anomaly.column,
        "code": anomaly.code,
        "gravite": anomaly.severity.value,
        "message": anomaly.message,
        "uai": remark.row.uai,
        "etablissement": remark.row.etablissement,
        "referent": remark.row.referent,
        "verifie": anomaly in summary.verifiees,
    }
