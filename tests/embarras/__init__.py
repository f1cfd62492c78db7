"""Awkward workbooks, one a line: what it is, how it is made, and the letters, anomalies or sentence that come of it."""

from __future__ import annotations

from embarras.cellules import CELLS
from embarras.fichiers import CONTAINERS
from embarras.limites import LIMITS
from embarras.logiciels import SOFTWARE
from embarras.secretariat import OFFICE
from embarras.tableaux import FINDING

CASES = [*CONTAINERS, *SOFTWARE, *LIMITS, *FINDING, *OFFICE, *CELLS]
