"""The text of the messages: a template that people edit, filled and held to saying what the message must say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateSyntaxError
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.courrier.balises import faults
from pipeline.errors import TemplateError
from pipeline.french.words import octets
from pipeline.settings.fields import one_line, seen

_SUBJECT = re.compile(r"Objet\s*:\s*(\S.*)")
_SUBJECT_LINE = re.compile(r"(?m)^(.*\bObjet[^\S\n]*:.*?)[ \t]*$")
_END_OF_LINE = "\ue000"
"""What ends the subject's line while tags are filled in: some of them take the line feed after them away."""
_SUBJECT_MAX = 250
_SOURCE_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Text:
    """What a message says: its subject, on one line, and its body, lines ended by a line feed."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a text must say, whatever the template: some words in the subject, others in the body."""

    subject: tuple[str, ...]
    body: tuple[str, ...]


def read_template(path: Path) -> str:
    """Return the source of a template; raise TemplateError when it cannot be read."""
    try:
        if path.stat().st_size > _SOURCE_MAX:
            raise TemplateError(f"{path} : ce modèle de message dépasse {octets(_SOURCE_MAX)}. Raccourcissez-le.")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise TemplateError(
            f"{path} : ce modèle de message n’existe pas. Vérifiez « modele », rubrique [courrier] de config.toml."
        ) from None
    except UnicodeDecodeError:
        raise TemplateError(
            f"{path} : ce modèle de message n’est pas en UTF-8. Enregistrez-le en UTF-8 depuis votre éditeur de texte."
        ) from None
    except OSError:
        raise TemplateError(f"{path} : impossible de lire ce modèle de message. Vérifiez vos droits.") from None


def fill(source: str, fields: Mapping[str, object], said: Said, path: Path) -> Text:
    """Fill a template whose first line is « Objet : … », the rest the body; `path` is named in what goes wrong.

    No field adds a line: each is on one. Raises TemplateError for a fault of writing, a field that does not exist, and
    a text that leaves out what `said` asks for.
    """
    shown = _one_line_each(fields)
    try:
        rendered = _compiled(_SUBJECT_LINE.sub(rf"\1{_END_OF_LINE}", source), path, fields).render(shown)
    except (JinjaError, TypeError, ValueError, LookupError, AttributeError):
        raise TemplateError(
            f"{path} : une balise compare ou assemble ce qui ne peut l’être. Comparez les balises avec celles de "
            "templates/courriel.txt tel qu’il est livré."
        ) from None
    text = _split(rendered, path)
    _check(text, said, path)
    return text


def _compiled(source: str, path: Path, fields: Mapping[str, object]) -> Template:
    """Return a template whose tags were read before any of them is run. Raises TemplateError."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    try:
        fault = next(faults(environment.parse(source), fields), None)
        if fault is None:
            return environment.from_string(source)
    except TemplateSyntaxError as error:
        what = "cette balise est mal écrite. Vérifiez que chaque « {{ » a son « }} » et chaque « if » son « endif »"
        fault = (error.lineno, what)
    except (RecursionError, SyntaxError):  # of Python too, which is what Jinja makes of a template
        fault = (1, "les balises de ce modèle sont trop imbriquées")
    line, what = fault
    raise TemplateError(f"{path}, ligne {line} : {what}{'' if what.endswith('?') else '.'}")


def _one_line_each(value: object) -> object:
    """Return the fields with every text in them on one line."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, Mapping):
        return {name: _one_line_each(inner) for name, inner in value.items()}
    return [_one_line_each(inner) for inner in value] if isinstance(value, tuple) else value


def _split(rendered: str, path: Path) -> Text:
    lines = rendered.splitlines() or [""]
    if _SUBJECT.match(lines[0]) and not (lines[0].endswith(_END_OF_LINE) and not "".join(lines[1:2]).strip()):
        raise TemplateError(
            f"{path} : le texte du message est collé à l’objet. Laissez une ligne vide entre la ligne « Objet : … » et "
            "le texte, et l’objet sur une seule ligne."
        )
    first, *rest = [seen(line).rstrip() for line in lines]
    found = _SUBJECT.fullmatch(first)
    body = "\n".join(rest).strip("\n")
    if found is None or not body or _SUBJECT.match(body):
        raise TemplateError(
            f"{path} : la première ligne doit être « Objet : » suivi de l’objet du message, et le texte vient après."
        )
    if len(found[1]) > _SUBJECT_MAX:
        raise TemplateError(f"{path} : l’objet dépasse {_SUBJECT_MAX} signes. Raccourcissez-le.")
    return Text(one_line(found[1]), re.sub(r"\n{3,}", "\n\n", body) + "\n")


def _check(text: Text, said: Said, path: Path) -> None:
    for where, words, needed in (("l’objet", text.subject, said.subject), ("le texte", text.body, said.body)):
        for one in needed:
            if one_line(one).casefold() not in one_line(words).casefold():
                raise TemplateError(
                    f"{path} : {where} ne dit pas « {one} ». Remettez dans ce modèle le champ qui l’écrit, comme dans "
                    "templates/courriel.txt tel qu’il est livré."
                )
