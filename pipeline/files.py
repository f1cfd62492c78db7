"""Files that are published together: prepared apart, then all given their final names, or none of them."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import OutputError

Move = tuple[Path, Path]
"""A file or a folder, and the name it is to take on the same disk."""

_CAUSES = {
    errno.ENOSPC: "il n’y a plus de place sur le disque. Libérez de la place, puis relancez la commande.",
    errno.EDQUOT: "votre espace de stockage est plein. Libérez de la place, puis relancez la commande.",
    errno.EROFS: "ce disque n’accepte pas l’écriture. Choisissez un autre dossier de sortie, puis relancez.",
    errno.ENAMETOOLONG: "ce chemin est trop long. Choisissez un dossier de sortie au nom plus court.",
    errno.ENOTDIR: "un fichier porte le nom d’un dossier de ce chemin. Renommez-le ou changez de dossier de sortie.",
    errno.EEXIST: "un fichier porte déjà le nom de ce dossier. Renommez-le ou changez de dossier de sortie.",
    errno.EISDIR: "un dossier porte déjà le nom de ce fichier. Renommez-le, puis relancez la commande.",
}
_REFUSED = (
    "l’accès est refusé. S’il est ouvert dans un autre programme (Excel par exemple), fermez-le ; sinon, vérifiez que "
    "vous avez le droit d’écrire dans ce dossier. Puis relancez la commande."
)


def output_error(path: Path, error: OSError) -> OutputError:
    """Say in French why a file could not be written, and what to do."""
    refused = isinstance(error, PermissionError)
    cause = _REFUSED if refused else _CAUSES.get(error.errno or 0, f"l’écriture a échoué ({error.strerror or error}).")
    return OutputError(f"Impossible d’écrire « {path} » : {cause}")


@contextmanager
def published(moves: Sequence[Move], corner: Path) -> Iterator[None]:
    """Make all the moves, then run the block; when either fails, everything is put back as it was.

    A file that another program holds open refuses to be replaced (Windows): no folder ever mixes two runs for that.
    Ctrl-C waits until the end, which is near. What is replaced is kept in `corner`, a new folder on the same disk that
    the caller removes afterwards; a folder that is left empty goes. Raises OutputError for what the moves meet.
    """
    begun: list[tuple[Path, Path, Path]] = []
    with _uninterrupted():
        try:
            _move_all(moves, corner, begun)
            yield
        except BaseException:
            for source, target, former in reversed(begun):
                _put_back(source, target, former)
            raise
        for source, _ in moves:
            with suppress(OSError):  # only an empty folder can be removed
                source.parent.rmdir()


def _move_all(moves: Sequence[Move], corner: Path, begun: list[tuple[Path, Path, Path]]) -> None:
    """Make the moves, each noted in `begun` before it changes anything; all are on the disk at the end."""
    target = corner
    try:
        corner.mkdir()
        for source, _ in moves:
            _flush(source)
        for number, (source, target) in enumerate(moves):
            target.parent.mkdir(parents=True, exist_ok=True)
            former = corner / str(number)
            begun.append((source, target, former))
            _keep(source, target, former)
            os.replace(source, target)
    except OSError as error:
        raise output_error(target, error) from error
    for folder in {target.parent for _, target in moves}:
        flush_folder(folder)


def _keep(source: Path, target: Path, former: Path) -> None:
    """Keep what is about to be replaced: a second name for a file, so that it never goes missing; a folder moves.

    A file never takes the place of a folder, nor a folder that of a file: the move itself refuses both.
    """
    if source.is_dir() and target.is_dir():
        os.replace(target, former)
    elif target.is_file() and source.is_file():
        try:
            os.link(target, former)
        except OSError:  # a disk without links; a copy has its name once it is whole, since that is what is put back
            partial = former.with_name(f"{former.name}.partiel")
            shutil.copy2(target, partial)
            os.replace(partial, former)


def _put_back(source: Path, target: Path, former: Path) -> None:
    with suppress(OSError):
        if not source.exists():
            os.replace(target, source)
    with suppress(OSError):
        if former.exists():
            os.replace(former, target)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait for the end of the block; other threads than the first never receive it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler if before is None else before)
    if pressed:
        raise KeyboardInterrupt


def _flush(path: Path) -> None:
    """Send a file to the disk; a folder holds what can be made again."""
    if path.is_file():
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Make the new names last through a power cut; Windows cannot open a folder, and does not need it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sha256(data: bytes) -> str:
    """Return the sha256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def size_and_sha256(path: Path) -> tuple[int, str]:
    """Return the size of a file in bytes and its sha256, read piece by piece. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file. Raises OSError."""
    return size_and_sha256(path)[1]


_MEMORY = Path("/dev/shm")
"""A folder that Linux keeps in memory; other systems have none."""
_ENOUGH = 256 * 1024 * 1024
_PREFIX = "mlds-"


@contextmanager
def quick_folder(out: Path) -> Iterator[Path]:
    """Give a folder to work in, in memory where that is possible, else inside `out`; it is gone at the end.

    A letter is half a dozen files before it is finished, and LibreOffice flushes three of them to disk: that would take
    a quarter of the time.
    """
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        with _locked_folder() as folder:
            yield folder
        return
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=out, ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def _locked_folder() -> Iterator[Path]:
    """Give a folder in memory that is locked while this process lives; it has the name that is swept once it is."""
    made = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}{os.getpid()}-", dir=_MEMORY))
    folder, handle = made.with_name(made.name[1:]), os.open(made, os.O_RDONLY)
    try:
        _lock(handle)
        made.rename(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def sweep_memory() -> None:
    """Remove the folders that no process holds: they may hold letters.

    A lock proves it; a process number may be another's, in a container that shares this memory.
    """
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # a link, another user's, or held
            handle = os.open(folder, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            try:
                _lock(handle)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)


def _lock(handle: int) -> None:
    """Lock an open folder. Raises OSError where another process holds it."""
    if sys.platform != "win32":  # which has no folder in memory
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place, then put it there: who looks for it finds all of it or nothing. Raises OSError."""
    draft = path.with_suffix(".partiel")
    draft.write_bytes(data)
    os.replace(draft, path)


def short(path: Path) -> str:
    """Return a path as short as it can be from the current folder."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
