"""Finished PDFs: conformant for two checkers, light, and the same bytes every time."""

from __future__ import annotations

import io
import os
import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import page
import pytest
from pikepdf import Name, Pdf, Stream

from pipeline.convert.embedded import glyph_outlines, light_font
from pipeline.convert.finish import DamagedPdfError, finish, mark_paths, srgb_profile
from pipeline.printing.making import keep_freed_memory
from pipeline.render.fields import example_of
from pipeline.render.stage import load_template, render
from pipeline.settings.config import Config
from support.word_letters import never, require_libreoffice

LIMIT = 36 * 1024
"""Bytes a letter, so that 200 of them travel as one message of 10 MB once encoded."""


@pytest.fixture(scope="session")
def raw(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter of the shipped template, as LibreOffice writes it."""
    folder = tmp_path_factory.mktemp("raw")
    letter = folder / "lettre.docx"
    render(load_template(config.gabarit.fichier), example_of(config), letter)
    return require_libreoffice().convert([letter], folder, lambda _file, _pdf: True, never)[letter]


@pytest.fixture(scope="session")
def finished(raw: Path) -> Path:
    """The same letter, finished."""
    target = raw.with_name("finie.pdf")
    finish(raw, target)
    return target


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """A PDF of one blank page that claims nothing."""
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "vide.pdf")
    return tmp_path / "vide.pdf"


@pytest.mark.parametrize("profile", ["2b", "ua1"])
def test_a_letter_of_the_shipped_template_conforms(finished: Path, profile: str) -> None:
    report = page.validate_pdf(finished, profile=profile)
    assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []
    assert report.is_compliant


def test_what_older_libreoffices_leave_out_is_put_right(finished: Path, tmp_path: Path) -> None:
    """LibreOffice 7.4 claims PDF/UA without the description of that claim, which PDF/A asks for; 25.2 has it."""
    older = tmp_path / "ancienne.pdf"
    with Pdf.open(finished) as pdf:
        xmp = pdf.Root.Metadata.read_bytes()
        bare = re.sub(rb"(?s)<pdfaExtension:schemas>.*</pdfaExtension:schemas>", b"", xmp)
        assert len(bare) < len(xmp)
        pdf.Root.Metadata.write(bare)
        pdf.save(older)
    assert not page.validate_pdf(older, profile="2b").is_compliant
    finish(older, tmp_path / "finie.pdf")
    assert page.validate_pdf(tmp_path / "finie.pdf", profile="2b").is_compliant


def test_qpdf_finds_nothing_wrong(finished: Path) -> None:
    if shutil.which("qpdf") is None:
        pytest.fail("qpdf is missing") if os.environ.get("CI") else pytest.skip("qpdf is not installed")
    result = subprocess.run(["qpdf", "--check", finished], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_letter_is_light(raw: Path, finished: Path) -> None:
    assert finished.stat().st_size <= LIMIT < raw.stat().st_size


def test_title_language_and_tags_stay(finished: Path) -> None:
    with Pdf.open(finished) as pdf:
        assert str(pdf.Root.Lang) == "fr-FR"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == str(pdf.docinfo.Title) != ""


def test_only_what_changes_from_run_to_run_is_forgotten(raw: Path, finished: Path, tmp_path: Path) -> None:
    data = raw.read_bytes()
    for pattern, other in (
        (rb"D:\d{14}", b"D:20010203040506"),
        (rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", b"2001-02-03T04:05:06"),
        (rb"/DocChecksum /[0-9A-F]{32}", b"/DocChecksum /0123456789ABCDEF0123456789ABCDEF"),
        (rb"<[0-9A-F]{32}>", b"<0123456789ABCDEF0123456789ABCDEF>"),
    ):
        assert re.search(pattern, data)
        data = re.sub(pattern, other, data)
    other, again = tmp_path / "autre.pdf", tmp_path / "encore.pdf"
    other.write_bytes(data)
    finish(other, again)
    assert again.read_bytes() == finished.read_bytes()
    assert b"CreateDate" not in finished.read_bytes()


def test_two_conversions_give_the_same_bytes(raw: Path, finished: Path, tmp_path: Path) -> None:
    made = require_libreoffice().convert([raw.with_suffix(".docx")], tmp_path, lambda _file, _pdf: True, never)
    finish(*made.values(), tmp_path / "encore.pdf")
    assert (tmp_path / "encore.pdf").read_bytes() == finished.read_bytes()


def swapped(data: bytes, one: int, other: int) -> bytes:
    """Return a PDF in which two objects have each other's number, as LibreOffice might have written it."""
    numbers = {b"%d" % one: b"%d" % other, b"%d" % other: b"%d" % one}
    pattern = rb"\b(%d|%d)(?= 0 (?:R|obj)\b)" % (one, other)
    data = re.sub(pattern, lambda match: numbers[match[1]], data)
    lines = data.index(b"\n", data.index(b"\n", data.rindex(b"\nxref") + 1) + 1) + 1
    places = [slice(lines + 20 * number, lines + 20 * number + 20) for number in (one, other)]
    first, second = (data[place] for place in places)
    table = bytearray(data)
    table[places[0]], table[places[1]] = second, first
    return bytes(table)


def test_the_order_in_which_fonts_were_numbered_does_not_matter(raw: Path, finished: Path, tmp_path: Path) -> None:
    """LibreOffice numbers them by where they lay in memory: now and then, the same letter comes in another order."""
    with Pdf.open(raw) as pdf:
        fonts = [font.objgen[0] for font in pdf.pages[0].obj.Resources.Font.values()]
    assert len(fonts) == 2
    (tmp_path / "autre.pdf").write_bytes(swapped(raw.read_bytes(), *fonts))
    finish(tmp_path / "autre.pdf", tmp_path / "encore.pdf")
    assert (tmp_path / "encore.pdf").read_bytes() == finished.read_bytes()


def test_a_pdf_that_claims_nothing_goes_on_claiming_nothing(blank: Path, tmp_path: Path) -> None:
    finish(blank, tmp_path / "finie.pdf")
    with Pdf.open(tmp_path / "finie.pdf") as pdf:
        xmp = pdf.Root.Metadata.read_bytes()
    assert b"<pdfaid:part>" not in xmp
    assert b"<pdfuaid:part>" not in xmp


def test_text_of_the_title_is_escaped(blank: Path, tmp_path: Path) -> None:
    with Pdf.open(blank, allow_overwriting_input=True) as pdf:
        pdf.docinfo.Title = "Durand & Fils <é>"
        pdf.save(blank)
    finish(blank, tmp_path / "finie.pdf")
    with Pdf.open(tmp_path / "finie.pdf") as pdf, pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Durand & Fils <é>"


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"%PDF-1.6\n%%EOF\n"]
)
def test_a_damaged_pdf_is_refused_and_leaves_no_file(raw: Path, tmp_path: Path, damage: object) -> None:
    source = tmp_path / "abîmée.pdf"
    source.write_bytes(damage(raw.read_bytes()))
    with pytest.raises(DamagedPdfError):
        finish(source, tmp_path / "finie.pdf")
    assert not (tmp_path / "finie.pdf").exists()


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    with Pdf.new() as pdf:
        pdf.save(tmp_path / "rien.pdf")
    with pytest.raises(DamagedPdfError):
        finish(tmp_path / "rien.pdf", tmp_path / "finie.pdf")


def test_no_stream_ends_with_a_carriage_return(blank: Path, tmp_path: Path) -> None:
    contents = (b"% " + b"a" * length for length in range(256))
    content = next(content for content in contents if zlib.compress(content).endswith(b"\r"))
    with Pdf.open(blank, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Contents = Stream(pdf, b"")
        pdf.pages[0].Contents.write(zlib.compress(content), filter=Name.FlateDecode)
        pdf.save(blank)
    assert b"\r\nendstream" in blank.read_bytes()
    finish(blank, tmp_path / "finie.pdf")
    assert b"\r\nendstream" not in (tmp_path / "finie.pdf").read_bytes()


def test_streams_made_while_saving_do_not_end_so_either(blank: Path, tmp_path: Path) -> None:
    # Without care it happens to one file in a hundred or so: 400 titles make it all but certain.
    for number in range(400):
        with Pdf.open(blank) as pdf:
            pdf.docinfo.Title = f"Lettre {number}"
            pdf.save(tmp_path / "titre.pdf")
        finish(tmp_path / "titre.pdf", tmp_path / "finie.pdf")
        assert b"\r\nendstream" not in (tmp_path / "finie.pdf").read_bytes()


@pytest.mark.parametrize(
    ("content", "marked"),
    [
        (b"0 0 m\n9 9 l S\n", b"/Artifact BMC\n0 0 m\n9 9 l S\nEMC"),
        (b"/P<</MCID 0>>BDC\n0 0 9 9 re\nf*\nEMC\n", b"/P<</MCID 0>>BDC\n0 0 9 9 re\nf*\nEMC\n"),
        (b"q\n/P BMC\nEMC\n1 1 l S\nQ", b"q\n/P BMC\nEMC\n/Artifact BMC\n1 1 l S\nQ\nEMC"),
        (b"1 1 l\nS", b"/Artifact BMC\n1 1 l\nS\nEMC"),
        (b"1 1 l S\nBT\n/P BMC\nEMC\nET\n", b"1 1 l S\nBT\n/P BMC\nEMC\nET\n"),
        (b"BT\n<01>Tj\nET\n1 1 l S\n", b"BT\n<01>Tj\nET\n1 1 l S\n"),
        (b"q\n0 0 9 9 re\nW* n\nQ\n", b"q\n0 0 9 9 re\nW* n\nQ\n"),
        (b"", b""),
    ],
)
def test_untagged_lines_become_decoration_and_nothing_else_does(content: bytes, marked: bytes) -> None:
    assert mark_paths(content) == marked


def test_letters_are_made_where_the_allocator_has_no_such_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_freed_memory()
    monkeypatch.setattr("ctypes.CDLL", lambda _name: object())  # as with musl
    keep_freed_memory()
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.delattr("ctypes.CDLL")
    keep_freed_memory()


def test_lighter_fonts_draw_the_same_glyphs(raw: Path) -> None:
    with Pdf.open(raw) as pdf:
        fonts = [item.read_bytes() for item in pdf.objects if isinstance(item, Stream) and "/Length1" in item]
    assert fonts
    for font in fonts:
        lighter = light_font(font)
        assert len(lighter) < len(font)
        assert glyph_outlines(lighter) == glyph_outlines(font) != []


def test_fonts_of_another_kind_are_left_alone() -> None:
    assert light_font(b"OTTO\0\1rest") == b"OTTO\0\1rest"


def test_the_srgb_profile_is_well_formed() -> None:
    profile = srgb_profile()
    assert struct.unpack(">L", profile[:4])[0] == len(profile)
    assert profile[36:40] == b"acsp"
    count = struct.unpack(">L", profile[128:132])[0]
    tags = {tag: (start, length) for tag, start, length in struct.iter_unpack(">4sLL", profile[132 : 132 + 12 * count])}
    assert {b"desc", b"cprt", b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"} <= tags.keys()
    assert all(start % 4 == 0 and start + length <= len(profile) for start, length in tags.values())


def test_pages_look_the_same(raw: Path, finished: Path) -> None:
    import pypdfium2

    def pixels(path: Path) -> list[bytes]:
        with pypdfium2.PdfDocument(io.BytesIO(path.read_bytes())) as document:
            return [bytes(page.render(scale=1).buffer) for page in document]

    assert pixels(raw) == pixels(finished)
