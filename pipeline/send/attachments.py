"""What is attached: the bundle whole or in parts, in clear or sealed in an encrypted zip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeline.bundle.ready import Bundle
from pipeline.courrier.chiffrement import OVERHEAD, encrypted
from pipeline.courrier.lot import contents
from pipeline.names import stamp
from pipeline.send.parts import Part, encoded, split
from pipeline.send.wording import file_name
from pipeline.settings.config import Config


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
