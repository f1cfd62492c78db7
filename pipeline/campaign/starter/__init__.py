"""`mlds init`: lay a folder ready for a campaign, without writing over anything.

The files are those of the project's own folder; pyproject.toml puts them into the wheel beside this module. Only
config.toml is kept here a second time, as it is shipped, since its user writes decisions and addresses into the other.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path, PurePosixPath

from markdown_it import MarkdownIt

from pipeline.campaign.starter.settings import Reponses, settled
from pipeline.errors import ConfigError
from pipeline.files import output_error

_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 Arial,'Liberation Sans',sans-serif;max-width:62rem;margin:auto;"
    "padding:1rem}h1,h2,h3{line-height:1.2;margin:1.2em 0 .4em}table{border-collapse:collapse;width:calc(100% - 2px)}"
    "th,td{border:1px solid #8888;padding:.25rem .5rem;text-align:left;vertical-align:top}img{max-width:100%}"
    "code{background:#8882;padding:0 .2em;overflow-wrap:anywhere}td code{white-space:nowrap}"
    "blockquote{border-left:.3rem solid #8888;margin:1em 0;padding:0 1em}"
    "@media print{@page{size:A4;margin:12mm}body{font-size:9.5pt;padding:0;max-width:none}h1{margin-top:0}}"
)
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_CODE = re.compile(r"<td>(M\d+)</td>")
"""The code of a message: a link or a bookmark leads to its row."""
_LINK = re.compile(r'href="([\w-]+\.md)(#[^"]*)?">(.*?)</a>', re.DOTALL)


def page_of(markdown: str, pages: Mapping[str, str]) -> bytes:
    """Return a page of the documentation as HTML; `pages` gives the address of each other page, by its name."""
    body = MarkdownIt("commonmark").enable("table").render(markdown)
    body = _HEADING.sub(_with_id, body)
    body = _CODE.sub(r'<td id="\1">\1</td>', body)
    body = _LINK.sub(_linked(pages), body)
    title = re.sub(r"<[^>]+>", "", found[2]) if (found := _HEADING.search(body)) else "Aide"
    return (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>\n{body}</body></html>\n"
    ).encode()


def _with_id(heading: re.Match[str]) -> str:
    """Give a heading the name under which the pages link to it, which is GitHub's."""
    text = unescape(re.sub(r"<[^>]+>", "", heading[2])).lower()
    name = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
    return f'<h{heading[1]} id="{name}">{heading[2]}</h{heading[1]}>'


def _linked(pages: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda link: f'href="{pages.get(link[1], link[1])}{link[2] or ""}">{link[3].removesuffix(".md")}</a>'


FILES: Mapping[str, str] = {
    "config.toml": "config.toml",
    "templates/lettre_mission.docx": "templates/lettre_mission.docx",
    "templates/exemple_variantes.docx": "templates/exemple_variantes.docx",
    "templates/courriel.txt": "templates/courriel.txt",
    "data/sample.xlsx": "exemple.xlsx",
    "lancer.cmd": "lancer.cmd",
    "lancer.command": "lancer.command",
    "lancer.sh": "lancer.sh",
    "docs/aide-memoire.md": "aide-memoire.html",
    **{f"docs/{name}.md": f"aide/{name}.html" for name in ("guide", "messages", "gabarit", "reference")},
    **{
        f"docs/images/{name}": f"aide/images/{name}"
        for name in ("anomalies.png", "brouillon.png", "lettre.png", "rapport_1280.png", "recapitulatif.png",
                     "terminal_produire.svg")
    },
}  # fmt: skip
"""What is laid: its name in the project, then in the new folder. The wheel holds the same beside this module.

A page of the documentation becomes HTML, which a double click opens.
The example lies beside the input folder, not in it: its invented people must never pass for the newest workbook.
"""
INBOX = "entree"
PROGRAMME = ".programme"
"""Where the launchers find the Python that this program runs in: double-clicked, they know no PATH."""
_LAUNCHERS = (".sh", ".command")


@dataclass(frozen=True, slots=True)
class Laid:
    """What was written into a folder, and what was there already and was left as it is; names from that folder."""

    folder: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]


def lay(folder: Path, said: Reponses | None = None) -> Laid:
    """Lay a working folder: settings, templates, an example, launchers, help, the folder where workbooks are dropped.

    `said` is what the settings are to hold; what they were shipped with for what it leaves out.
    Raises OutputError when it cannot be written; ConfigError when the installation lacks the files.
    """
    sources = _sources()
    place = folder
    try:
        (folder / INBOX).mkdir(parents=True, exist_ok=True)
        written: dict[str, bool] = {}
        for source, name in FILES.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            written[name] = _laid(_content(sources[source], name, said), place)
        place = folder / PROGRAMME
        _note_programme(place)
    except OSError as error:
        raise output_error(place, error) from error
    return Laid(folder, tuple(_those(written, True)), tuple(_those(written, False)))


def _those(written: Mapping[str, bool], value: bool) -> Iterator[str]:
    return (name for name, one in written.items() if one is value)


def shipped(source: str) -> Path | None:
    """Return where a file to lay is: beside the modules, else in the project's own folder; None where it is missing.

    A wheel has all of them beside the modules. A checkout has config.toml alone, as it was shipped: the one of its own
    folder may hold what someone decided for a campaign, an address that sends, columns, which no new folder inherits.
    """
    here = Path(__file__).resolve()
    return next((folder / source for folder in (here.parent, here.parents[3]) if (folder / source).is_file()), None)


def _sources() -> Mapping[str, Path]:
    """Return each file to lay. Raises ConfigError where one is missing."""
    found = {source: path for source in FILES if (path := shipped(source))}
    if len(found) < len(FILES):
        raise ConfigError(
            "L’installation du programme n’est pas complète : il manque ses fichiers de départ. Réinstallez-le."
        )
    return found


def _content(source: Path, name: str, said: Reponses | None) -> bytes:
    """Return what a file is laid with: the settings as someone wants them, a page as HTML, anything else as it is."""
    content = source.read_bytes()
    if said and name == "config.toml":
        return settled(content.decode("utf-8"), said).encode("utf-8")
    if source.suffix != ".md":
        return content
    here = PurePosixPath(name).parent
    pages = {PurePosixPath(one).name: laid for one, laid in FILES.items() if one.endswith(".md")}
    addresses = {page: os.path.relpath(laid, here).replace(os.sep, "/") for page, laid in pages.items()}
    return page_of(content.decode("utf-8"), addresses)


def _laid(content: bytes, target: Path) -> bool:
    """Write a file unless the name is taken, even by a broken link; a write that fails leaves nothing."""
    try:
        file = target.open("xb")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(content)
        if target.suffix in _LAUNCHERS:
            target.chmod(0o755)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return True


def _note_programme(path: Path) -> None:
    """Note where the program is, unless a note is there that still leads somewhere."""
    try:
        if Path(path.read_text(encoding="utf-8").strip()).is_file():
            return
    except (OSError, ValueError):
        pass  # none, or no text: a new one takes its place
    path.write_text(f"{sys.executable}\n", encoding="utf-8")
