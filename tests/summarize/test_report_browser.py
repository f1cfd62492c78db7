"""rapport.html in a real browser: what a person looks for is found, by mouse, by keyboard and by screen reader."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from pipeline.bundle.differences import Comparaison, Depuis, Detail, Difference, Genre
from pipeline.settings.config import Config
from pipeline.summarize.page import rapport_html
from support import chromium
from support.chromium import NARROW, WIDE, opened
from support.invented_runs import WHEN, many_rows, summary_of
from support.rows import GOOD

if TYPE_CHECKING:
    import subprocess

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("navigateur")

A4, MARGIN = (595, 842), 36
"""In points, as a PDF counts."""
HOSTILE = "<script>window.pris=1;alert(1)</script>"
ATTRIBUTE = "\"'><img src=x onerror=window.pris=1>"
LONG = "Anticonstitutionnellement" * 12
HOSTILE_ROWS: list[dict[str, Any]] = [
    GOOD | {"etablissement": f"Collège {ATTRIBUTE}"},
    GOOD | {"referent_nom": "Autre", "commune": "</td></table><h1>Ville</h1>"},
    GOOD | {"etablissement": f"Collège <b>Durand</b> & {LONG}", "referent_nom": "D'Artagnan", "commune": "L'Haÿ « & » <b>"},
    GOOD | {"referent_nom": HOSTILE},
    GOOD | {"referent_prenom": ATTRIBUTE, "imp": f"{HOSTILE}{LONG}"},
    GOOD | {"uai": LONG, "chef": "-->]]>&lt;script&gt;"},
    GOOD | {"referent_nom": "À pourvoir", "referent_prenom": "", "etablissement": f"{ATTRIBUTE} {LONG}"},
    GOOD | {"civilite": "", "commune": f"  {HOSTILE} "},
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all that follows."""
    reason = chromium.why_not()
    if reason:
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with chromium.running() as browser:
        yield browser


@pytest.fixture(scope="module")
def sample(browser: Browser, produced: tuple[subprocess.CompletedProcess[str], Path]) -> Path:
    """The page of the shipped sample, among the files that a run leaves."""
    return produced[1] / "rapport.html"


@pytest.fixture(scope="module")
def hostile(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a workbook whose cells, and the name of its sheet, attack who reads them."""
    folder = tmp_path_factory.mktemp("hostile")
    page = folder / "rapport.html"
    changed = Difference(
        Genre.MODIFIEE, "0771357Y", f"Collège {LONG}", HOSTILE, ATTRIBUTE, (Detail(ATTRIBUTE, HOSTILE, LONG),)
    )
    since = Comparaison("77", Depuis.ENVOI, WHEN, (changed,))
    summary = summary_of(HOSTILE_ROWS, config, folder, sheet=ATTRIBUTE)
    corrective = replace(summary.lots[0], numero=1, path=Path("DSDEN-77_2026-2027_rectificatif-1.zip"))
    page.write_bytes(rapport_html(replace(summary, differences=(since,), rectificatifs=(corrective,))))
    return page


@pytest.fixture(scope="module")
def six_hundred(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a campaign of 600 letters."""
    folder = tmp_path_factory.mktemp("grand")
    page = folder / "rapport.html"
    page.write_bytes(rapport_html(summary_of(many_rows(600), config, folder)))
    return page


def letters(page: Page) -> list[list[str]]:
    """Return the rows that the list shows, in its order, each as the texts of its cells."""
    shown = "rows => rows.filter(row => row.offsetHeight).map(row => Array.from(row.cells, cell => cell.innerText))"
    rows: list[list[str]] = page.locator("#liste-lettres tbody tr").evaluate_all(shown)
    return rows


def names(page: Page) -> list[str]:
    """Return the référents that the list shows."""
    return [name for name, *_ in letters(page)]


def expect_status(page: Page, text: str) -> None:
    """Wait until a screen reader would say this of the search."""
    from playwright.sync_api import expect

    expect(page.get_by_role("status")).to_have_text(text)


FOUND = {
    "leila": ["Mme Leïla Pasquet"],
    "LEÏLA pasquet": ["Mme Leïla Pasquet"],
    "pasquet  leïla": ["Mme Leïla Pasquet"],
    "l'ecluse": ["M. Olivier Lacaze"],
    "L’ÉCLUSE": ["M. Olivier Lacaze"],
    "0939007": ["Mme Yasmine Ferrier"],
    "cachan 312,50": ["M. Théo Marchais"],
    "pdf": [],
}


def test_a_search_finds_whatever_the_capitals_and_accents(browser: Browser, sample: Path) -> None:
    with opened(browser, sample) as (page, _):
        for typed, found in FOUND.items():
            page.get_by_role("searchbox").fill(typed)
            assert names(page) == found, typed
            expect_status(
                page, f"{len(found)} lettre sur 39" if found else "Aucune lettre ne correspond à cette recherche."
            )


def test_filters_add_up_and_are_undone_at_once(browser: Browser, sample: Path) -> None:
    with opened(browser, sample) as (page, _):
        everyone = names(page)
        page.get_by_label("DSDEN", exact=True).select_option("93")
        assert len(names(page)) == 12
        page.get_by_label("Taux d’IMP").select_option("double taux")
        page.get_by_role("searchbox").fill("1250")
        assert names(page) == []
        page.get_by_role("searchbox").fill("2500")
        assert names(page) == ["Mme Yasmine Ferrier", "M. Hugo Costa-Ribeiro"]
        expect_status(page, "2 lettres sur 39")
        page.get_by_role("button", name="Tout afficher").click()
        expect_status(page, "39 lettres")
        assert names(page) == everyone
        assert page.get_by_role("searchbox").evaluate("one => one === document.activeElement")


def test_every_letter_opens_its_own_pdf(browser: Browser, sample: Path) -> None:
    with opened(browser, sample) as (page, seen):
        rows = letters(page)
        links = page.locator("#liste-lettres a").evaluate_all(
            "links => links.map(link => [link.textContent, link.getAttribute('href')])"
        )
        assert len(rows) == len(links) == 39
        for (name, _, uai, *_), (text, address) in zip(rows, links, strict=True):
            assert text == f"PDF de {name}"
            with pypdfium2.PdfDocument(sample.parent / address) as pdf:
                printed = " ".join(pdf[0].get_textpage().get_text_range().split())
            assert name.replace("'", "’") in printed
            assert uai in printed
        page.get_by_role("link", name="PDF de Mme Anne Lise Perrin", exact=True).click()
        page.wait_for_url((sample.parent / "lettres/DSDEN-77/0779007X_Perrin_Anne-Lise.pdf").as_uri())
        assert seen.wanted == []


def test_every_other_link_leads_somewhere(browser: Browser, sample: Path) -> None:
    with opened(browser, sample) as (page, _):
        addresses = set(page.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))"))
        inside = {one for one in addresses if one.startswith("#")}
        assert all(page.locator(one).count() == 1 for one in inside)
        assert {"lots/DSDEN-77_2026-2027.zip", "anomalies.xlsx", "recapitulatif.xlsx"} <= addresses
        assert all((sample.parent / one).is_file() for one in addresses - inside)


FOCUSED = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    return [one.id || one.tagName, getComputedStyle(one).outlineStyle, box.bottom > 0 && box.top < innerHeight];
}"""
"""What has the focus, how it is outlined, whether it is in sight."""


def test_the_keyboard_is_enough(browser: Browser, sample: Path) -> None:
    with opened(browser, sample) as (page, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
        page.get_by_role("searchbox").focus()
        page.keyboard.type("null")
        page.keyboard.press("Enter")
        assert page.url == sample.as_uri()
        assert names(page) == ["M. Vincent Null"]
        page.locator("a").first.focus()
        page.keyboard.press("Enter")
        assert page.url == sample.as_uri() + "#contenu"
        reached = []
        while (where := page.keyboard.press("Tab") or page.evaluate(FOCUSED))[0] != "BODY":
            assert where[1:] == ["solid", True], where
            reached.append(where[0])
        met = [one for one in reached if one not in ("A", "DIV")]
        assert met == ["texte", "choix-dsden", "choix-taux", "BUTTON", "remarques", "nettoyage"]
        assert reached.count("DIV") == 1  # the list of letters, to be scrolled
        page.get_by_role("button", name="Tout afficher").focus()
        page.keyboard.press("Enter")
        expect_status(page, "39 lettres")
        page.locator("summary").last.focus()
        page.keyboard.press("Enter")
        assert page.locator("details").last.evaluate("one => one.open")


def test_without_its_script_the_page_shows_everything(browser: Browser, sample: Path) -> None:
    with opened(browser, sample, script=False) as (page, _):
        assert page.locator("#liste-lettres tbody tr:visible").count() == 39
        assert not page.locator("form").is_visible()


@pytest.mark.parametrize(
    ("which", "width", "scheme"),
    [
        ("sample", WIDE, "light"),
        ("sample", WIDE, "dark"),
        ("sample", NARROW, "light"),
        ("sample", NARROW, "dark"),
        ("hostile", WIDE, "dark"),
        ("hostile", NARROW, "light"),
    ],
)
def test_axe_finds_nothing_and_the_page_asks_nothing_outside(
    browser: Browser, which: str, width: int, scheme: chromium.Scheme, request: pytest.FixtureRequest
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with opened(browser, request.getfixturevalue(which), width, scheme) as (page, seen):
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        if (width, scheme) != (WIDE, "light"):  # all the letters once: they are alike, and axe looks at each
            page.get_by_label("DSDEN", exact=True).select_option("77")
        found = Axe().run(page, options={"resultTypes": ["violations", "incomplete"]})
        assert found.violations_count == 0, found.generate_report()
        # What axe cannot decide by itself would be for a person to look at.
        assert [one["id"] for one in found.response["incomplete"]] == []
        assert seen.nothing, seen
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_hostile_cells_are_only_text(browser: Browser, hostile: Path) -> None:
    with opened(browser, hostile) as (page, seen):
        shown = page.locator("body").inner_text()
        assert all(
            text in shown for text in (HOSTILE, ATTRIBUTE, LONG, "</td></table><h1>Ville</h1>", "-->]]>&lt;script&gt;")
        )
        assert page.evaluate("window.pris") is None
        assert (page.locator("h1").count(), page.locator("script").count()) == (1, 1)
        page.get_by_role("searchbox").fill("<b>Durand</b> &")
        assert len(names(page)) == 1
        assert seen.nothing, seen


@pytest.mark.parametrize(
    "attack",
    [
        "const one = document.createElement('script'); one.textContent = 'window.pris = 1'; document.body.append(one)",
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\" onerror=\"window.pris = 1\">')",
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"https://ac-exemple.fr/pris.png\">')",
        "fetch('https://ac-exemple.fr/').catch(() => 0)",
    ],
)
def test_what_came_in_all_the_same_could_neither_run_nor_tell(browser: Browser, hostile: Path, attack: str) -> None:
    with opened(browser, hostile) as (page, seen):
        with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
            page.evaluate(f"() => {{ {attack} }}")
        assert page.evaluate("window.pris") is None
        assert seen.left == []


def test_paper_holds_every_row_whole(browser: Browser, sample: Path) -> None:
    with opened(browser, sample) as (page, _):
        rows = letters(page)
        data = page.pdf(prefer_css_page_size=True)
    with pypdfium2.PdfDocument(BytesIO(data)) as pdf:
        assert {tuple(round(side) for side in paper.get_size()) for paper in pdf} == {A4}
        texts = [paper.get_textpage() for paper in pdf]
        boxes = [text.get_rect(place) for text in texts for place in range(text.count_rects())]
        told = [" ".join(text.get_text_range().replace("\ufffe", "- ").split()) for text in texts]
    assert min(left for left, *_ in boxes) >= MARGIN
    assert max(right for _, _, right, _ in boxes) <= A4[0] - MARGIN
    listing = [text for text in told if "Référent Établissement UAI DSDEN IMP Montant" in text]
    for name, _, uai, dsden, taux, montant, *_ in rows:
        row = f"{name.replace('-', '- ?')} .*{uai} {dsden} {taux} {' '.join(montant.split())}"
        assert any(re.search(row, text) for text in listing), row


def test_one_letter_of_six_hundred_is_found(browser: Browser, six_hundred: Path) -> None:
    with opened(browser, six_hundred) as (page, _):
        box = page.get_by_role("searchbox")
        box.fill("collège n° 599")
        expect_status(page, "1 lettre sur 600")
        assert len(letters(page)) == 1
        box.fill("")
        expect_status(page, "600 lettres")
        assert len(letters(page)) == 600
