"""Stage 5: what is returned is a finished PDF; what is not returned has failed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from pikepdf import Pdf

from pipeline.campaign.folder import workspace
from pipeline.convert.embedded import EmbeddedFont
from pipeline.convert.process import Accept, Write
from pipeline.convert.stage import convert
from pipeline.errors import ConversionError
from pipeline.files import quick_folder
from support.word_letters import never, require_libreoffice, write_letter


def ignore(*_anything: object) -> None:
    pass


@dataclass(frozen=True)
class Scripted:
    """An engine that offers the given bytes for each file, again when they are refused, up to `tries` times."""

    contents: dict[str, bytes]
    tries: int = 2
    name: str = "faux"
    version: str = "Faux 1"

    def convert(self, files: Sequence[Path], out: Path, accept: Accept, write: Write) -> dict[Path, Path]:
        made = {}
        for file in files:
            write(file)
            pdf = out / f"{file.stem}.pdf"
            for _ in range(self.tries):
                pdf.write_bytes(self.contents[file.stem])
                if accept(file, pdf):
                    made[file] = pdf
                    break
        return made


@pytest.fixture
def good(tmp_path: Path) -> bytes:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "bon.pdf")
    return (tmp_path / "bon.pdf").read_bytes()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "pdf").mkdir()
    return tmp_path / "pdf"


def test_letters_become_finished_pdfs(tmp_path: Path, out: Path) -> None:
    sources = [write_letter(tmp_path / f"{name}.docx", f"Lettre à {name}") for name in ("Anne", "Zoé")]
    told: dict[Path, Path] = {}
    fonts: set[str] = set()

    def on_done(source: Path, pdf: Path, used: frozenset[EmbeddedFont]) -> None:
        told[source] = pdf
        fonts.update(font.name for font in used)

    made = convert(sources, require_libreoffice(), out, on_done, never)
    assert len(fonts) == 1
    assert made == told == {source: out / f"{source.stem}.pdf" for source in sources}
    assert sorted(path.name for path in out.iterdir()) == ["Anne.pdf", "Zoé.pdf"]
    for pdf in made.values():
        assert b"pdfaExtension:schemas" in pdf.read_bytes()


def test_a_letter_is_told_when_its_pdf_is_finished(tmp_path: Path, out: Path, good: bytes) -> None:
    sizes = []
    convert(
        [tmp_path / "a.docx"],
        Scripted({"a": good}),
        out,
        lambda _source, pdf, _fonts: sizes.append(pdf.stat().st_size),
        ignore,
    )
    assert sizes == [(out / "a.pdf").stat().st_size]


def test_a_damaged_pdf_has_failed_and_leaves_nothing(tmp_path: Path, out: Path, good: bytes) -> None:
    engine = Scripted({"a": good, "b": b"%PDF-1.6\n%%EOF\n"})
    made = convert([tmp_path / "a.docx", tmp_path / "b.docx"], engine, out, ignore, ignore)
    assert made == {tmp_path / "a.docx": out / "a.pdf"}
    assert [path.name for path in out.iterdir()] == ["a.pdf"]


def test_not_one_pdf_stops_the_run(tmp_path: Path, out: Path) -> None:
    with pytest.raises(ConversionError, match="Faux 1 n’a fabriqué aucun PDF"):
        convert([tmp_path / "a.docx"], Scripted({"a": b"rien"}), out, ignore, ignore)


def test_no_letter_is_no_failure(out: Path) -> None:
    assert convert([], Scripted({}), out, ignore, ignore) == {}


def test_a_letter_is_asked_for_when_the_engine_comes_to_it(tmp_path: Path, out: Path, good: bytes) -> None:
    told: list[str] = []
    convert(
        [tmp_path / "a.docx", tmp_path / "b.docx"],
        Scripted({"a": good, "b": good}),
        out,
        lambda source, _pdf, _fonts: told.append(f"{source.stem} finie"),
        lambda source: told.append(source.stem),
    )
    assert told == ["a", "a finie", "b", "b finie"]


def test_an_error_goes_through_and_leaves_no_folder_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = tmp_path / "mémoire"
    memory.mkdir()
    monkeypatch.setattr("pipeline.files._MEMORY", memory)
    with suppress(KeyError), quick_folder(tmp_path) as folder:
        assert folder.parent == memory
        raise KeyError
    assert list(memory.iterdir()) == []


def test_what_a_killed_run_left_in_memory_is_removed(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "mémoire"
    monkeypatch.setattr("pipeline.files._MEMORY", memory)
    monkeypatch.setattr("pipeline.files._ENOUGH", 0)
    (memory / "mlds-1-abc").mkdir(parents=True)  # no lock: its process is gone, whoever has its number now
    with quick_folder(out) as held, workspace(out, "mlds produire"):
        assert list(memory.iterdir()) == [held]


@pytest.mark.parametrize("memory", ["absente", "petite"])
def test_without_room_in_memory_the_work_is_done_beside_the_results(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, memory: str
) -> None:
    folder = tmp_path / memory
    if memory == "petite":
        folder.mkdir()
        monkeypatch.setattr("pipeline.files._ENOUGH", 2**80)
    monkeypatch.setattr("pipeline.files._MEMORY", folder)
    with quick_folder(out) as quick:
        assert quick.parent == out
    assert list(out.iterdir()) == []
