"""What checking makes of rows given as dicts of roles."""

from __future__ import annotations

from typing import Any

from pipeline.clean.stage import clean
from pipeline.model import Severity, Verdict
from pipeline.settings.config import Config
from pipeline.validate.stage import validate
from support.rows import table_of


def verdict_of(config: Config, *rows: dict[str, Any], sheet: str = "Référents") -> Verdict:
    return validate(clean(table_of(rows, sheet)).table, config)


def codes(verdict: Verdict) -> list[str]:
    return [anomaly.code for anomaly in verdict.anomalies]


def said(verdict: Verdict, code: str) -> list[tuple[int, Severity]]:
    """Return the lines that bear an anomaly of this kind, and how severe it is."""
    return [(one.row.line, one.severity) for one in verdict.anomalies if one.code == code]
