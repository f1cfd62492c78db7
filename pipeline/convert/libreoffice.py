"""LibreOffice as an engine: private profiles, one process a core, PDF/A-2b and PDF/UA-1 at once."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline.convert.process import Accept, Batch, Write, run_batch, without_passwords

NAME = "libreoffice"
INSTALL = (
    "Installez LibreOffice (sous Debian ou Ubuntu : « sudo apt install libreoffice-writer » ; sous Windows ou "
    "macOS : fr.libreoffice.org), puis recommencez."
)
CHUNK = 150
"""Files of one call: the start is paid for, and what a crash costs stays small. Past 245 LibreOffice drops the rest."""

AHEAD = 30
"""Letters written before a call starts: starting and converting them takes it longer than writing all the others."""

EXPORT_OPTIONS: dict[str, bool | int] = {
    "SelectPdfVersion": 2,  # PDF/A-2b, to last
    "PDFUACompliance": True,
    "UseTaggedPDF": True,
    "UseLosslessCompression": True,
    "DisplayPDFDocumentTitle": True,
    "ExportBookmarks": False,  # one or two pages
}

# Nothing of a letter may run, ask or reach the network; and no time is lost on what only a person at a screen needs.
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", "false"),
    ("/org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"),
    ("/org.openoffice.Office.Common/Misc", "CrashReport", "false"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    ("/org.openoffice.Office.Java/VirtualMachine", "Enable", "false"),
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", "true"),
    # A proxy that nobody answers for: whatever would still go out ends on this machine.
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


@dataclass(frozen=True)
class LibreOffice:
    """LibreOffice as found on this machine; `product` (« 7.4 ») and `build` are what its own files say, or empty."""

    executable: Path
    processes: int
    version: str
    product: str = ""
    build: str = ""
    chunk: int = CHUNK
    start_limit: float = 60.0
    letter_limit: float = 20.0
    ahead: int = AHEAD
    name: str = NAME

    def convert(self, files: Sequence[Path], out: Path, accept: Accept, write: Write) -> dict[Path, Path]:
        """Convert files to `out/<stem>.pdf`; what is not returned has failed. See `run_batch`."""
        batch = Batch(
            self._command, self.processes, self.chunk, self.start_limit, self.letter_limit, _socket, self.ahead
        )  # fmt: skip
        return run_batch(files, out, batch, accept, write)

    def _command(self, files: Sequence[Path], folder: Path) -> list[str]:
        profile = folder / "profil"
        seed_profile(profile, self.product, self.build)
        return [
            str(self.executable),
            f"-env:UserInstallation={profile.resolve().as_uri()}",
            *("--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard", "--nolockcheck"),
            *("--convert-to", f"pdf:writer_pdf_Export:{_export_options()}"),
            *("--outdir", str(folder / "pdf")),
            *(str(file.resolve()) for file in files),
        ]


def _socket(folder: Path) -> Path | None:
    """Return the socket by which a LibreOffice with the profile of a folder would be called; a killed one leaves it."""
    if sys.platform == "win32":
        return None
    profile = (folder / "profil").resolve().as_uri()
    digest = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).digest()
    name = "".join(f"{byte:x}" for byte in digest)
    return Path("/tmp") / f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{name}"


def find(processes: int = 0) -> LibreOffice | None:
    """Return LibreOffice where it usually is, None when it is not installed; 0 processes means one a core."""
    executable = next(_candidates(), None)
    if executable is None:
        return None
    facts = _facts(executable.resolve().parent)
    build = facts.get("buildid", "")
    named = facts.get("ProductKey", "")
    version = f"{named} {build}" if named and build else _asked_version(executable)
    product = re.search(r"\d+\.\d+", version)
    return LibreOffice(executable, processes or _cores(), version, product[0] if product else "", build)


def _candidates() -> Iterator[Path]:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        yield Path(found)
    folders = {
        "win32": [Path(os.environ[name]) for name in ("ProgramFiles", "ProgramFiles(x86)") if name in os.environ],
        "darwin": [Path("/Applications"), Path.home() / "Applications"],
    }.get(sys.platform, [Path("/usr/lib"), Path("/usr/lib64"), Path("/opt")])
    pattern = {
        # The .com waits for the end of the work; the .exe does not.
        "win32": "LibreOffice*/program/soffice.com",
        "darwin": "LibreOffice*.app/Contents/MacOS/soffice",
    }.get(sys.platform, "libreoffice*/program/soffice")
    for folder in folders:
        yield from sorted(folder.glob(pattern), reverse=True)


def _facts(program: Path) -> dict[str, str]:
    """Read LibreOffice's own key=value files, in its program folder or, on macOS, in Resources."""
    facts: dict[str, str] = {}
    for folder in (program, program.parent / "Resources"):
        for name in ("bootstraprc", "versionrc", "bootstrap.ini", "version.ini"):
            file = folder / name
            if file.is_file():
                lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
                facts.update((key.strip(), value.strip()) for key, _, value in (line.partition("=") for line in lines))
    return facts


def _asked_version(executable: Path) -> str:
    command = [str(executable), "--version"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=30, check=False, env=without_passwords()
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        answer = ""
    return answer.strip() or "LibreOffice"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _export_options() -> str:
    kinds = {bool: "boolean", int: "long"}
    options = {key: {"type": kinds[type(value)], "value": json.dumps(value)} for key, value in EXPORT_OPTIONS.items()}
    return json.dumps(options)


def seed_profile(profile: Path, product: str, build: str) -> None:
    """Write a profile that is quiet, safe and quick to start.

    A profile that has never noted its version runs graphics self-tests for 0.6 s; one without the build of its
    extensions makes LibreOffice start twice, 0.1 s more.
    """
    extensions = profile / "user" / "extensions"
    extensions.mkdir(parents=True)
    settings = list(_SETTINGS)
    if product:
        settings.append(("/org.openoffice.Setup/Product", "ooSetupLastVersion", product))
    if build:
        (extensions / "buildid").write_text(build, encoding="utf-8")
    items = "\n".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{escape(value)}</value></prop></item>'
        for path, name, value in settings
    )
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}\n</oor:items>\n",
        encoding="utf-8",
    )
