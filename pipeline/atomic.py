"""Files that appear under their final name only when they are whole: temporary file, fsync, rename."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import OutputError

_PARTIAL = ".partiel"
_FORMER = ".ancien"

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
def staged(path: Path) -> Iterator[Path]:
    """Give a temporary path beside the final one; it is flushed to disk on success and removed on failure.

    The caller then names it with `publish`. Raises OutputError for any OSError met meanwhile.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{_PARTIAL}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        _flush(temporary)
    except OSError as error:
        temporary.unlink(missing_ok=True) if temporary.parent.is_dir() else None
        raise output_error(path, error) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; the file takes its final name when the block ends without an error.

    Raises OutputError for any OSError met meanwhile; what was under the final name is then untouched.
    """
    with staged(path) as temporary:
        yield temporary
    publish([(temporary, path)])


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises OutputError."""
    with atomic(path) as temporary:
        temporary.write_bytes(data)


def write_all(files: Sequence[tuple[Path, bytes]]) -> None:
    """Write several files: all of them, or none when one cannot be written. Raises OutputError."""
    pairs: list[tuple[Path, Path]] = []
    try:
        for path, data in files:
            with staged(path) as temporary:
                temporary.write_bytes(data)
            pairs.append((temporary, path))
    except BaseException:
        discard(temporary for temporary, _ in pairs)
        raise
    publish(pairs)


def publish(pairs: Sequence[tuple[Path, Path]]) -> None:
    """Give staged files their final names, all of them or none.

    A file that another program holds open refuses to be replaced (Windows): those already replaced are then put back,
    so that a folder never mixes two runs. Raises OutputError.
    """
    replaced: list[tuple[Path, Path | None]] = []
    final = pairs[0][1] if pairs else Path()
    try:
        for temporary, final in pairs:
            former = _keep(final)
            replaced.append((final, former))
            os.replace(temporary, final)
    except OSError as error:
        for path, former in reversed(replaced):
            _restore(path, former)
        discard(temporary for temporary, _ in pairs)
        raise output_error(final, error) from error
    discard(former for _, former in replaced if former)
    for folder in {final.parent for _, final in pairs}:
        _flush_folder(folder)


def discard(paths: Iterator[Path] | Sequence[Path]) -> None:
    """Remove temporary files; one that is gone or held is left to the next `sweep`."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a killed run left in a folder; call it under the lock of the run."""
    if folder.is_dir():
        discard([path for suffix in (_PARTIAL, _FORMER) for path in folder.glob(f".*{suffix}")])


def _keep(final: Path) -> Path | None:
    """Keep a second name for the file that is about to be replaced; a copy where links are not supported."""
    if not final.exists():
        return None
    former = final.with_name(f".{final.name}.{os.getpid()}{_FORMER}")
    former.unlink(missing_ok=True)
    try:
        os.link(final, former)
    except OSError:
        shutil.copy2(final, former)
    return former


def _restore(final: Path, former: Path | None) -> None:
    with suppress(OSError):
        if former is None:
            final.unlink(missing_ok=True)
        else:
            os.replace(former, final)
            former.unlink(missing_ok=True)  # replacing a name by another name of the same file leaves both


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the new names last through a power cut; Windows cannot open a folder, and does not need it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
