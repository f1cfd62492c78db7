"""The pages of the documentation as a working folder holds them: HTML, to be read by a double click."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape

from markdown_it import MarkdownIt

_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 Arial,'Liberation Sans',sans-serif;max-width:62rem;margin:auto;"
    "padding:1rem}h1,h2,h3{line-height:1.2;margin:1.2em 0 .4em}table{border-collapse:collapse;width:calc(100% - 2px)}"
    "th,td{border:1px solid #8888;padding:.25rem .5rem;text-align:left;vertical-align:top}img{max-width:100%}"
    "code{background:#8882;padding:0 .2em;overflow-wrap:anywhere}td code{white-space:nowrap}"
    "blockquote{border-left:.3rem solid #8888;margin:1em 0;padding:0 1em}"
    "@media print{@page{size:A4;margin:12mm}body{font-size:9.5pt;padding:0;max-width:none}h1{margin-top:0}}"
)
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_LINK = re.compile(r'href="([\w-]+\.md)(#[^"]*)?">(.*?)</a>', re.DOTALL)


def page_of(markdown: str, pages: Mapping[str, str]) -> bytes:
    """Return a page of the documentation as HTML; `pages` gives the address of each other page, by its name."""
    body = MarkdownIt("commonmark").enable("table").render(markdown)
    body = _HEADING.sub(_with_id, body)
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
