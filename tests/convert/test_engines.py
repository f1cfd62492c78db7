"""The engines: nothing is lost when LibreOffice is killed, stopped or lies, and nothing is left behind."""

from __future__ import annotations

import base64
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from pipeline.convert import libreoffice, word
from pipeline.convert.engine import ENGINES, find_engine
from pipeline.convert.libreoffice import LibreOffice
from pipeline.convert.process import FEW, is_whole, share_out
from pipeline.convert.word import Word
from pipeline.errors import ConversionError, GabaritError
from support.program import ROOT
from support.word_letters import living, never, outliving, require_libreoffice, write_letter

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

FAKE_SOFFICE = """#!/bin/sh
# Behaves by the names of the files; notes the files of each call, one call a line.
while [ "$1" != --outdir ]; do shift; done
out=$2; shift 2
echo "$@" >> "$FAKE_LOG"
for file in "$@"; do
    name=$(basename "$file" .docx)
    [ -e "$file" ] || continue
    case $name in
        *crash*) kill -9 $$ ;;
        *hang*) kill -STOP $$ ;;
        *nothing*) ;;
        *truncated*) printf '%%PDF-1.6\\n1 0 obj' > "$out/$name.pdf" ;;
        *) printf '%%PDF-1.6\\n%%%%EOF\\n' > "$out/$name.pdf" ;;
    esac
done
"""


def accept_all(_file: Path, _pdf: Path) -> bool:
    return True


@pytest.fixture(scope="session")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("docx")
    return [write_letter(folder / f"lettre {index:02d}.docx", f"Lettre {index}") for index in range(12)]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LibreOffice:
    """A soffice that fails on purpose; short limits, because it is quick when it works."""
    script = tmp_path / "soffice"
    script.write_text(FAKE_SOFFICE)
    script.chmod(0o755)
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "calls"))
    return LibreOffice(script, 2, "faux", chunk=20, start_limit=0.7, letter_limit=0.7)


def named(folder: Path, *names: str) -> list[Path]:
    files = [folder / f"{name}.docx" for name in names]
    for file in files:
        file.touch()
    return files


def out_of(tmp_path: Path) -> Path:
    out = tmp_path / "sortie é"
    out.mkdir()
    return out


def wait_for(file: Path) -> None:
    """Wait until a file is there, ten seconds at most."""
    limit = time.monotonic() + 10
    while not file.exists() and time.monotonic() < limit:
        time.sleep(0.02)


def calls(tmp_path: Path) -> list[list[str]]:
    lines = (tmp_path / "calls").read_text().splitlines()
    return [[Path(name).stem for name in line.split()] for line in lines]


class TestShareOut:
    @given(st.integers(0, 2000), st.integers(1, 16), st.integers(1, 240))
    def test_every_file_goes_once_in_order_and_no_chunk_is_too_long(self, count: int, workers: int, size: int) -> None:
        files = [Path(f"{index}.docx") for index in range(count)]
        chunks = share_out(files, workers, size)
        assert [file for chunk in chunks for file in chunk] == files
        assert all(0 < len(chunk) <= size for chunk in chunks)
        assert not chunks or max(map(len, chunks)) - min(map(len, chunks)) <= 1

    def test_few_letters_do_not_pay_for_two_processes(self) -> None:
        assert [len(chunk) for chunk in share_out([Path("a")] * (2 * FEW - 1), 2, 100)] == [2 * FEW - 1]

    def test_both_processes_get_the_same_number_of_chunks(self) -> None:
        assert [len(chunk) for chunk in share_out([Path("a")] * 574, 2, 100)] == [95, 96, 96, 95, 96, 96]

    def test_a_call_stays_under_what_libreoffice_takes(self) -> None:
        assert libreoffice.CHUNK < 245


class TestFinding:
    def test_version_is_read_without_starting_libreoffice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        require_libreoffice()
        monkeypatch.setattr(subprocess, "run", lambda *_args, **_kw: pytest.fail("started a process"))
        assert find_engine("libreoffice").version.startswith("LibreOffice ")

    def test_version_is_asked_when_its_files_are_not_beside_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script = tmp_path / "soffice"
        script.write_text("#!/bin/sh\necho LibreOffice 24.8.1.2 abc\n")
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        engine = libreoffice.find(3)
        assert engine
        assert (engine.version, engine.product, engine.processes) == ("LibreOffice 24.8.1.2 abc", "24.8", 3)

    def test_without_any_engine_the_message_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(libreoffice, "_candidates", lambda: iter(()))
        monkeypatch.setattr(word, "find", lambda _processes=0: None)
        with pytest.raises(ConversionError, match="Installez LibreOffice"):
            find_engine("auto")
        with pytest.raises(ConversionError, match="« libreoffice »"):
            find_engine("libreoffice")

    @linux
    def test_word_does_not_exist_on_linux(self) -> None:
        assert word.find() is None
        with pytest.raises(ConversionError, match="Windows et macOS"):
            find_engine("word")

    def test_each_module_is_an_engine_of_its_name(self) -> None:
        assert {name: module.NAME for name, module in ENGINES.items()} == {name: name for name in ENGINES}


def test_profile_is_seeded_with_the_version_and_the_refusals(tmp_path: Path) -> None:
    libreoffice.seed_profile(tmp_path / "profil", "7.4", "40(Build:2)")
    root = ElementTree.parse(tmp_path / "profil" / "user" / "registrymodifications.xcu").getroot()
    name = "{http://openoffice.org/2001/registry}name"
    values = {prop.get(name): prop.findtext("value") for prop in root.iter("prop")}
    assert values["ooSetupLastVersion"] == "7.4"
    assert values["MacroSecurityLevel"] == "3"
    assert values["BlockUntrustedRefererLinks"] == "true"
    assert (tmp_path / "profil" / "user" / "extensions" / "buildid").read_text() == "40(Build:2)"


@pytest.mark.parametrize(
    ("content", "whole"),
    [(b"%PDF-1.6\n%%EOF\n", True), (b"%PDF-1.6\n%%EOF", True), (b"%PDF-1.6\nxref", False), (b"", False)],
)
def test_whole_is_judged_by_both_ends(tmp_path: Path, content: bytes, whole: bool) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    assert is_whole(tmp_path / "a.pdf") is whole


@linux
class TestRealLibreOffice:
    def convert(self, files: list[Path], out: Path, first_pdf: object = None, **changes: object) -> dict[Path, Path]:
        """Convert, calling `first_pdf` once, when the first PDF arrives; then see that nothing is left over."""
        engine = require_libreoffice(chunk=6, processes=1, **changes)
        pending = [first_pdf] if callable(first_pdf) else []

        def accept(_file: Path, _pdf: Path) -> bool:
            if pending:
                pending.pop()()
            return True

        try:
            return engine.convert(files, out, accept, never)
        finally:
            assert outliving(living(str(out))) == []
            assert {path.suffix for path in out.iterdir()} <= {".pdf"}

    def soffice_of(self, out: Path) -> int:
        pids = living(str(out))
        return next(pid for pid in pids if Path(f"/proc/{pid}/comm").read_text().startswith("soffice.bin"))

    def test_every_letter_comes_back_once(self, twelve: list[Path], tmp_path: Path) -> None:
        out = out_of(tmp_path)
        made = self.convert(twelve, out)
        assert made == {file: out / f"{file.stem}.pdf" for file in twelve}
        assert all(is_whole(pdf) for pdf in made.values())

    def test_most_letters_are_written_while_soffice_starts(self, twelve: list[Path], tmp_path: Path) -> None:
        sources, out, order = [tmp_path / file.name for file in twelve], out_of(tmp_path), list[tuple[str, bool]]()

        def write(source: Path) -> None:
            order.append((source.name, any(out.glob("*/*/profil"))))
            shutil.copyfile(twelve[sources.index(source)], source)

        made = require_libreoffice(processes=1, ahead=2).convert(sources, out, accept_all, write)
        assert sorted(made) == sources
        assert order == [(source.name, rank >= 2) for rank, source in enumerate(sources)], (
            "each once, two before its profile is ready"
        )

    def test_a_killed_soffice_loses_nothing(self, twelve: list[Path], tmp_path: Path) -> None:
        out = out_of(tmp_path)
        made = self.convert(twelve, out, lambda: os.kill(self.soffice_of(out), signal.SIGKILL))
        assert sorted(made) == twelve

    def test_a_stopped_soffice_loses_nothing(self, twelve: list[Path], tmp_path: Path) -> None:
        out = out_of(tmp_path)
        stop = lambda: os.kill(self.soffice_of(out), signal.SIGSTOP)  # noqa: E731
        assert sorted(self.convert(twelve, out, stop, letter_limit=1.5)) == twelve

    def test_an_interruption_ends_the_children(self, twelve: list[Path], tmp_path: Path) -> None:
        def interrupt() -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            self.convert(twelve, out_of(tmp_path), interrupt)

    def test_a_file_that_is_no_letter_costs_no_other(self, twelve: list[Path], tmp_path: Path) -> None:
        bad = tmp_path / "abîmée.docx"
        bad.write_bytes(twelve[0].read_bytes()[:2000])
        assert set(self.convert([twelve[0], bad, twelve[1]], out_of(tmp_path))) == {twelve[0], twelve[1]}

    def test_soffice_dies_with_the_program_however_it_dies(self, twelve: list[Path], tmp_path: Path) -> None:
        out = out_of(tmp_path)
        script = (
            "import sys; from pathlib import Path; from pipeline.convert.engine import find_engine\n"
            "say = lambda file, pdf: print('fait', flush=True) or True\n"
            "find_engine('libreoffice').convert([Path(a) for a in sys.argv[2:]], Path(sys.argv[1]), say, None)"
        )
        require_libreoffice()
        command = [sys.executable, "-c", script, str(out), *map(str, twelve)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as program:
            assert program.stdout
            program.stdout.readline()
            children = [pid for pid in living(str(out)) if pid != program.pid]
            program.kill()
        assert children
        assert outliving(children) == []

    def test_nothing_is_fetched_while_converting(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"http://127.0.0.1:{server.getsockname()[1]}/logo.png"
            letter = _letter_with_linked_image(tmp_path / "lien.docx", address)
            assert self.convert([letter], out_of(tmp_path))
            server.setblocking(False)
            with pytest.raises(BlockingIOError):
                server.accept()


def _letter_with_linked_image(path: Path, address: str) -> Path:
    image = io.BytesIO(base64.b64decode(_PIXEL))
    document = docx.Document()
    document.add_picture(image)
    blip = next(document.element.body.iter(qn("a:blip")))
    del blip.attrib[qn("r:embed")]
    blip.set(qn("r:link"), document.part.relate_to(address, RELATIONSHIP_TYPE.IMAGE, is_external=True))
    document.save(path)
    return path


_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.skipif(sys.platform == "win32", reason="the fake is a shell script")
class TestLyingSoffice:
    @pytest.mark.parametrize("fault", ["crash", "hang", "nothing", "truncated"])
    def test_a_bad_letter_costs_no_other_and_is_tried_once_more_alone(
        self, fake: LibreOffice, tmp_path: Path, fault: str
    ) -> None:
        files = named(tmp_path, "a", "b", f"c-{fault}", "d", "e")
        out = out_of(tmp_path)
        made = fake.convert(files, out, accept_all, never)
        assert sorted(file.stem for file in made) == ["a", "b", "d", "e"]
        assert [call for call in calls(tmp_path) if f"c-{fault}" in call][1:] == [[f"c-{fault}"]]
        assert sorted(path.name for path in out.iterdir()) == ["a.pdf", "b.pdf", "d.pdf", "e.pdf"]

    def test_several_bad_letters_in_a_row(self, fake: LibreOffice, tmp_path: Path) -> None:
        files = named(tmp_path, "a-crash", "b-crash", "c-nothing", "d", "e-truncated", "f", "g-crash")
        assert sorted(file.stem for file in fake.convert(files, out_of(tmp_path), accept_all, never)) == ["d", "f"]

    def test_a_refused_pdf_is_made_again_then_given_up(self, fake: LibreOffice, tmp_path: Path) -> None:
        files = named(tmp_path, "a", "b", "c")
        out = out_of(tmp_path)
        made = fake.convert(files, out, lambda file, _pdf: file.stem != "b", never)
        assert sorted(file.stem for file in made) == ["a", "c"]
        assert calls(tmp_path) == [["a", "b", "c"], ["b"]]
        assert not (out / "b.pdf").exists()

    def test_a_soffice_that_never_makes_anything_is_given_up(self, fake: LibreOffice, tmp_path: Path) -> None:
        files = named(tmp_path, *(f"{index:03d}-crash" for index in range(200)))
        assert fake.convert(files, out_of(tmp_path), accept_all, never) == {}
        assert len(calls(tmp_path)) < 40

    def test_a_letter_that_is_late_is_tried_again(self, fake: LibreOffice, tmp_path: Path) -> None:
        files = [tmp_path / f"{name}.docx" for name in "abcd"]

        def write(file: Path) -> None:
            if file != files[0]:  # by then the first command has gone through its list
                wait_for(tmp_path / "calls")
                time.sleep(0.3)
            file.touch()

        made = replace(fake, processes=1, ahead=1).convert(files, out_of(tmp_path), accept_all, write)
        assert sorted(made) == files
        first, *others = calls(tmp_path)
        assert (first, others[0]) == (list("abcd"), list("cd")), "all at once, then those after the first late one"
        assert sorted(others[1:]) == [["b"], ["d"]], "each late one alone"

    def test_a_letter_that_cannot_be_written_ends_the_command(self, fake: LibreOffice, tmp_path: Path) -> None:
        out, files = out_of(tmp_path), [tmp_path / name for name in ("hang.docx", "b.docx")]

        def write(file: Path) -> None:
            if file == files[1]:
                wait_for(tmp_path / "calls")
                raise GabaritError(file, "un champ ne peut pas être imprimé", "Corrigez-le.")
            file.touch()

        with pytest.raises(GabaritError):
            replace(fake, processes=1, ahead=1).convert(files, out, accept_all, write)
        assert outliving(living(str(out))) == []
        assert list(out.iterdir()) == []

    def test_two_letters_of_one_name_are_refused(self, fake: LibreOffice, tmp_path: Path) -> None:
        (tmp_path / "x").mkdir()
        with pytest.raises(ValueError, match="share their name"):
            fake.convert([*named(tmp_path, "a"), *named(tmp_path / "x", "a")], out_of(tmp_path), accept_all, never)


FAKE_DOCX2PDF = """
import os, sys, time
from pathlib import Path

def convert(input_path, output_path=None, keep_active=False):
    if not keep_active:
        Path(os.environ["FAKE_LOG"]).write_text("Word.Quit()")
    for docx in sorted(Path(input_path).glob("*.docx")):
        if "mauvais" in docx.stem:
            sys.exit(1)
        if "bloque" in docx.stem:
            time.sleep(600)
        if "rien" not in docx.stem:
            (Path(output_path) / (docx.stem + ".pdf")).write_bytes(b"%PDF-1.7\\n%%EOF\\n")
"""


class TestWord:
    """docx2pdf and Word are played by a module that behaves as docx2pdf 0.1.8 does, since Word cannot run here."""

    @pytest.fixture
    def stand_in(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Word:
        (tmp_path / "docx2pdf.py").write_text(FAKE_DOCX2PDF)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setenv("FAKE_LOG", str(tmp_path / "word"))
        return Word("Word", chunk=4, start_limit=2.0, letter_limit=1.0)

    @pytest.mark.parametrize("fault", ["mauvais", "bloque", "rien"])
    def test_a_bad_letter_costs_no_other(self, stand_in: Word, tmp_path: Path, fault: str) -> None:
        files = named(tmp_path, "f", "e", "d", f"c-{fault}", "b", "a")
        out = out_of(tmp_path)
        made = stand_in.convert(files, out, accept_all, never)
        assert sorted(file.stem for file in made) == ["a", "b", "d", "e", "f"]
        assert {path.suffix for path in out.iterdir()} == {".pdf"}

    def test_the_word_of_the_user_is_not_closed(self, stand_in: Word, tmp_path: Path) -> None:
        assert stand_in.convert(named(tmp_path, "a"), out_of(tmp_path), accept_all, never)
        assert not (tmp_path / "word").exists()
