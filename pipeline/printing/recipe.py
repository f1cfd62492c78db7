"""What a letter's PDF is made from, and why a letter is made again: something of it changed since the last run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pipeline.files import sha256
from pipeline.model import Made, Modele, Recipe, RowRef, digest_of
from pipeline.printing.pairing import changed, paired

_DECISIVE = (
    "render/stage.py", "render/docx.py", "render/reads.py", "render/expected.py", "render/other_columns.py",
    "convert/stage.py", "convert/libreoffice.py", "convert/word.py", "convert/finish.py", "convert/embedded.py",
    "proofread/stage.py", "french/signs.py", "french/words.py", "french/filters.py", "french/grammar.py",
    "french/amounts.py",
)  # fmt: skip
_LIBRARIES = ("docxtpl", "Jinja2", "Babel", "num2words", "pikepdf", "pypdfium2")
"""Those that write letters, say amounts and dates, finish PDFs and read them back."""
CAUSES = {
    "imp": "montant corrigé",
    "decharge": "montant corrigé",
    "referent": "référent corrigé",
    "chef": "chef d’établissement corrigé",
    "etablissement": "établissement corrigé",
    "equipe": "autre référent de l’établissement modifié",
    "autres": "autre colonne modifiée",
    "remplace": "lettre qui annule et remplace la précédente",
}
"""Why, for each group of fields; any other field comes from config.toml."""


def recipe_of(modele: Modele, engine: str) -> Recipe:
    """Return the recipe of a template; of the settings only those that touch a PDF and are no field of the template."""
    from pipeline.render.reads import contents_digest  # lxml is slow to import, and `mlds` alone needs none of it

    template = modele.fichier.read_bytes()
    digest = sha256(template)
    return Recipe(digest, digest_of({"pages_max": modele.pages_max}), engine, programme(), contents_digest(template))


def contents_of(modeles: Iterable[Modele]) -> dict[str, str]:
    """Return what the templates say, as a digest, by the sha256 of their files."""
    from pipeline.render.reads import contents_digest  # as above

    templates = [fichier.read_bytes() for fichier in sorted({modele.fichier for modele in modeles})]
    return {sha256(one): contents_digest(one) for one in templates}


@cache
def programme() -> str:
    """Return a digest of the code that decides the bytes of a PDF or whether it is right, its libraries included.

    Nobody has to remember a version.
    """
    here = Path(__file__).parent.parent
    versions = ", ".join(version(name) for name in _LIBRARIES).encode()
    return sha256(b"".join([*((here / name).read_bytes() for name in _DECISIVE), versions]))


def causes(letters: Mapping[RowRef, Made], remade: Collection[RowRef], former: Sequence[Made]) -> str:
    """Say why letters are made again: « montant corrigé (2), gabarit modifié (1) », the most frequent first.

    `remade` are the rows of some of `letters`, `former` the letters of the last run; "" when there was none.
    """
    if not former:
        return ""
    rows, gabarits = tuple(letters), {one.recipe.gabarit for one in letters.values()}
    pairs = paired([one.fields for one in letters.values()], [one.fields for one in former])
    before = {rows[pair.now]: former[pair.before] for pair in pairs if pair.now is not None and pair.before is not None}
    counts = Counter(_cause(letters[row], before.get(row), gabarits) for row in remade)
    return ", ".join(f"{cause} ({count})" for cause, count in counts.most_common())


def _cause(now: Made, before: Made | None, gabarits: Set[str]) -> str:
    """Say why one letter is made again; `gabarits` are the templates of this run."""
    if before is None:
        return "nouvelle lettre"
    if before.recipe.gabarit != now.recipe.gabarit:
        return "autre gabarit choisi" if before.recipe.gabarit in gabarits else "gabarit modifié"
    if before.recipe.moteur != now.recipe.moteur:
        return "logiciel de conversion changé"
    if before.recipe.programme != now.recipe.programme:
        return "programme mis à jour"
    names = {path[0] for path in changed(now.fields, before.fields)}
    for name, cause in CAUSES.items():
        if name in names:
            return cause
    if names or before.recipe.reglages != now.recipe.reglages:
        return "réglages modifiés"
    return "PDF absent ou abîmé"
