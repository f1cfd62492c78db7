"""What is attached: the bundle whole or in parts, in clear or sealed in an encrypted zip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

from pipeline.bundle.ready import Bundle
from pipeline.errors import MailError
from pipeline.names import Stamp, stamp
from pipeline.send.parts import Part, contents, encoded, split
from pipeline.send.wording import file_name
from pipeline.settings.config import Config

PASSWORD_MIN = 12
"""The CNIL's least length for a password that stands alone (délibération n° 2022-100 of 21 July 2022)."""
PASSWORD_MAX = 99
"""What 7-Zip can take in for a zip."""
OVERHEAD = 1000
"""More bytes than encryption adds: salt, check, authentication code, the zip's own records and a name twice."""


def check_password(password: str) -> None:
    """Refuse a password that is too short, or that two programs would not read alike; raise MailError."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise MailError(
            f"Le mot de passe des lots doit avoir de {PASSWORD_MIN} à {PASSWORD_MAX} signes. Rien n’a été envoyé. "
            "Choisissez-en un autre, par exemple quatre ou cinq mots sans rapport entre eux."
        )
    if not (password.isascii() and password.isprintable()):
        raise MailError(
            "Le mot de passe des lots ne doit avoir que des lettres sans accent, des chiffres et la ponctuation "
            "du clavier : les logiciels n’écrivent pas les accents de la même façon. Rien n’a été envoyé. "
            "Choisissez-en un autre."
        )


def encrypted(name: str, data: bytes, password: str, date: Stamp) -> bytes:
    """Return a zip that holds `data` as `name`, in AES-256 (WinZip's AE-2), and that was opened again.

    The names inside a zip are never encrypted: that is why the bundle goes in as one file, its letters' names with
    it. The salt is random, so the bytes differ every time.
    """
    # Here because its cryptography takes longer to load than the rest of the mail, and few encrypt.
    from pyzipper import WZ_AES, ZIP_STORED, AESZipFile

    info = AESZipFile.zipinfo_cls(name, date)
    info.create_system, info.external_attr = 3, 0o644 << 16
    buffer = BytesIO()
    with AESZipFile(buffer, "w", compression=ZIP_STORED) as archive:
        archive.setpassword(password.encode())
        # AE-2 leaves out the CRC of what is inside, which would tell whether two bundles are the same.
        archive.setencryption(WZ_AES, nbits=256, force_wz_aes_version=2)
        archive.writestr(info, data)
    made = buffer.getvalue()
    _check(made, name, data, password)
    return made


def _check(made: bytes, name: str, data: bytes, password: str) -> None:
    from pyzipper import AESZipFile

    with AESZipFile(BytesIO(made)) as archive:
        (info,) = archive.infolist()
        if info.filename != name or not info.flag_bits & 1 or info.wz_aes_strength != 3:
            raise AssertionError("the bundle is not encrypted in AES-256")
        if archive.read(info, pwd=password.encode()) != data:
            raise AssertionError("the encrypted bundle does not give the bundle back")


def shared_out(bundle: Bundle, config: Config, weight: Callable[[int], int]) -> tuple[Part, ...]:
    """Return the bundle whole, byte for byte, when it fits in one message, else its parts. Raises MailError.

    `weight` gives what a message weighs without its file, by the number of parts.
    """
    data, limit = bundle.read(), config.courrier.limite_octets
    added = encoded(OVERHEAD) if config.courrier.chiffrement else 0
    if weight(1) + added + encoded(len(data)) <= limit:
        return (Part(1, 1, bundle.letters, bundle.montant_total, data),)
    return split(contents(bundle, data), limit, lambda count: weight(count) + added, f"DSDEN {bundle.dsden}")


def sealed(part: Part, bundle: Bundle, config: Config, password: str | None) -> bytes:
    """Return the file to attach for a part: its zip, or an encrypted zip that holds it."""
    if password is None:
        return part.data
    return encrypted(file_name(config, bundle, part), part.data, password, stamp(config.campagne.rentree))


def sealed_size(part: Part, bundle: Bundle, config: Config) -> int:
    """Return the size of the file to attach without making it: what encryption adds is the same whatever it seals."""
    if not config.courrier.chiffrement:
        return len(part.data)
    return len(part.data) + len(sealed(replace(part, data=b""), bundle, config, "x"))
