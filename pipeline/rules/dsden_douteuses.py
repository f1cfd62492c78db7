"""A DSDEN of config.toml that the workbook does not bear out: a wrong code there would have right rows deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.french.words import pluriel
from pipeline.settings.config import Config
from pipeline.uai import departement_of, is_valid

_SEVERAL = 3
"""Rows of one département that are no mere typing error."""
_WHOLE = 20
"""Rows of a workbook that is likely to hold a whole campaign; a smaller one may be a single DSDEN's."""


def doubtful_dsden(uais: Iterable[object], config: Config) -> tuple[str, ...]:
    """Return what to say of départements with several rows and no DSDEN, then of DSDEN without a row. Pure."""
    counts = Counter(departement_of(uai) for uai in uais if isinstance(uai, str) and is_valid(uai))
    codes = {one.code for one in config.dsden}
    outside = [
        f"{pluriel(count, 'ligne')} sont dans le département {code}, qui n’est pas dans config.toml. Si elles sont de "
        f"la campagne, ne les supprimez pas : ajoutez le {code} dans [[dsden]], ou corrigez-y le code qui est faux."
        for code, count in sorted(counts.items())
        if code and code not in codes and count >= _SEVERAL
    ]
    if not outside and counts.total() < _WHOLE:
        return ()
    absent = [
        f"Aucune ligne n’est dans le département {code}, que config.toml déclare dans [[dsden]]. Vérifiez ce code."
        for code in sorted(codes - counts.keys())
    ]
    return (*outside, *absent)
