"""The mention « annule et remplace »: which day a letter names, when what it says is not what was sent. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from pipeline.bundle.held import Detenu
from pipeline.french.words import jour
from pipeline.journal.sent import Version
from pipeline.model import Made, RowRef
from pipeline.printing.pairing import Lien, paired, school_of
from pipeline.uai import departement_of


def with_replaced_days(made: Mapping[RowRef, Made], sent: Mapping[str, Detenu]) -> dict[RowRef, Made]:
    """Give each letter the day when the letter that it replaces was sent, where its template reads that.

    A letter that says what may be held already keeps the mark that it has there, hence its very bytes. Another référent
    gets a letter of his own: it replaces nobody's.
    """
    found = dict(made)
    rows: defaultdict[str, list[RowRef]] = defaultdict(list)
    for row, one in made.items():
        if "remplace" in one.fields:
            rows[departement_of(school_of(one.fields))].append(row)
    for dsden, held in sent.items():
        own, versions = rows[dsden], held.versions
        pairs = paired([made[row].fields for row in own], [version.made.fields for version in versions])
        for pair in pairs:
            if pair.now is not None and pair.before is not None and pair.lien is not Lien.REMPLACEE:
                row, last = own[pair.now], versions[pair.before]
                found[row] = _with_day(made[row], last, held)
    return found


def _with_day(made: Made, last: Version, held: Detenu) -> Made:
    same = [one for one in held.of(last.fichier) if one and one.contenu == made.contenu]
    day = same[0].made.fields.get("remplace", "") if same else jour(last.envoyee_le, " ")
    return replace(made, fields={**made.fields, "remplace": day})
