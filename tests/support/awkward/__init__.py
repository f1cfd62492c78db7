"""Awkward workbooks, one a line: what it is, how it is made, and the letters, anomalies or sentence that come of it."""

from __future__ import annotations

from support.awkward.cells import CELLS
from support.awkward.containers import CONTAINERS
from support.awkward.limits import LIMITS
from support.awkward.office import OFFICE
from support.awkward.software import SOFTWARE
from support.awkward.tables import FINDING

CASES = [*CONTAINERS, *SOFTWARE, *LIMITS, *FINDING, *OFFICE, *CELLS]
