"""`mlds modele --champs`: every field with its meaning and what the first valid row makes of it."""

from __future__ import annotations

import re

from pipeline.french.filters import FRENCH
from pipeline.render.catalogue import MEANINGS, NO_VALUE, groups_of
from pipeline.render.check.tags import dotted
from pipeline.render.docx import environment
from pipeline.render.fields import example_of
from pipeline.settings.config import Config


def test_every_field_has_a_meaning_and_no_meaning_is_left_over(config: Config) -> None:
    fields = example_of(config, [])
    names = {name for name, _ in dotted(fields)} - {"autres", "equipe"}
    names |= {f"equipe.{name}" for name in fields["equipe"][0]}
    meant = [name for group in MEANINGS.values() for name in group]
    assert sorted(meant) == sorted(names)
    assert all(meaning.strip() for group in MEANINGS.values() for meaning in group.values())


def test_what_is_shown_can_be_written_in_a_template_and_gives_the_value_shown(config: Config) -> None:
    fields = example_of(config, ["Observations", 'Bassin "Nord"', "Suivi\nde l\\année"])
    champs = [champ for group in groups_of(fields).values() for champ in group]
    assert len(champs) > 60
    for champ in champs:
        if "for " in champ.written or "{{ un." in champ.written:
            continue
        printed = environment(autoescape=False).from_string(champ.written).render(fields)
        plain = [text.replace("\u2011", "-") for text in (printed or NO_VALUE, champ.value)]
        assert plain[0] == plain[1], champ  # a letter does not break its school year


def test_every_french_filter_is_shown(config: Config) -> None:
    shown = " ".join(champ.written for champ in groups_of(example_of(config, []))["Filtres"])
    for name in FRENCH:
        assert re.search(rf"\| {name}\b", shown), name


def test_a_letter_without_imp_shows_no_amount(config: Config) -> None:
    groups = groups_of({**example_of(config, []), "imp": None})
    values = {champ.written: champ.value for group in groups.values() for champ in group}
    assert values["{{ imp.montant }}"] == values["{{ imp.montant | en_lettres }}"] == NO_VALUE
