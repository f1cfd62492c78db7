"""rapport.json: what happened, for programs; its keys are a public contract."""

from __future__ import annotations

import json

from pipeline.corrections.differences import Comparaison, Difference
from pipeline.model import Anomaly, Lot
from pipeline.reports.summary import Summary


def rapport_json(summary: Summary) -> bytes:
    """Return the bytes of rapport.json: amounts as text with two decimals, lines as Excel's own numbers.

    `lues = lettres + a_pourvoir + rejetees + ignorees`, always.
    """
    verdict = summary.verdict
    report = {
        "classeur": summary.workbook.name,
        "annee_scolaire": summary.config.campagne.annee_scolaire,
        "lignes": {
            "lues": verdict.rows_read,
            "lettres": len(verdict.letters),
            "a_pourvoir": len(verdict.vacancies),
            "rejetees": len(verdict.rejected),
            "ignorees": len(verdict.ignored),
        },
        "lots": [_lot(lot) for lot in sorted(summary.lots, key=lambda lot: lot.dsden)],
        "differences": [_comparison(one) for one in summary.differences],
        "anomalies": [_anomaly(anomaly) for anomaly in summary.anomalies],
    }
    return (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


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


def _anomaly(anomaly: Anomaly) -> dict[str, object]:
    return {
        "feuille": anomaly.row.sheet,
        "ligne": anomaly.row.line,
        "colonne": anomaly.column,
        "code": anomaly.code,
        "gravite": anomaly.severity.value,
        "message": anomaly.message,
    }
