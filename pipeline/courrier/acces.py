"""The way to the server: the rules of TLS, and what keeps a connection from being made, each as a Faute."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.send import faults

_CAUSES = {
    errno.ECONNREFUSED: "connexion refusée",
    errno.ENETUNREACH: "réseau inaccessible",
    errno.EHOSTUNREACH: "machine inaccessible",
    errno.EACCES: "connexion interdite par cet ordinateur",
    errno.EPERM: "connexion interdite par cet ordinateur",
    errno.EADDRNOTAVAIL: "cet ordinateur n’a pas d’adresse de cette sorte",
    errno.EAFNOSUPPORT: "cet ordinateur n’a pas d’adresse de cette sorte",
}
"""The system says these in English; anything else keeps its words."""
_OUTDATED = frozenset({
    "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "SSLV3_ALERT_HANDSHAKE_FAILURE", "DH_KEY_TOO_SMALL",
    "EE_KEY_TOO_SMALL", "CA_MD_TOO_WEAK", "NO_PROTOCOLS_AVAILABLE",
})  # fmt: skip
"""OpenSSL's words (sslerr.h) for a server whose TLS is older, or weaker, than what we speak (1.2 at least)."""
_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"})
"""OpenSSL's words for an answer that is no TLS at all."""
_OLD_SIGNATURE = "legacy sigalg"
"""What some builds of OpenSSL say of TLS 1.0, without giving it a reason."""


def tls_rules(authority: Path | None) -> ssl.SSLContext:
    """Return the TLS rules: the chain and the name are verified, always. Raises Faute."""
    try:
        context = ssl.create_default_context(cafile=authority)
    except (OSError, ssl.SSLError) as error:
        raise faults.autorite_illisible(authority) from error
    # Python obeys SSLKEYLOGFILE: with what it writes there, whoever listened could read the password.
    context.keylog_filename = None  # type: ignore[assignment]
    return context


@contextmanager
def reached(host: str, port: int, *, direct: bool) -> Iterator[None]:
    """Turn what the system and OpenSSL raise while a connection is made into a Faute; `direct`: TLS comes first."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise faults.certificat(host, error.verify_code) from error
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionResetError, BrokenPipeError) as error:
        raise faults.coupure(late=False) from error
    except TimeoutError as error:
        # Nobody is there: one who is slow to speak is told by smtplib, as a disconnection.
        raise faults.injoignable(host, port, "") from error
    except ssl.SSLError as error:
        if error.reason in _OUTDATED or _OLD_SIGNATURE in str(error):
            raise faults.tls_trop_ancien(host) from error
        if direct and error.reason in _NOT_TLS:
            raise faults.pas_tls(host, port) from error
        raise faults.tls_impossible(host, error.reason or str(error)) from error
    except socket.gaierror as error:
        raise faults.inconnu(host) from error
    except OSError as error:
        raise faults.injoignable(
            host, port, _CAUSES.get(error.errno or 0, error.strerror or str(error) or "erreur du réseau")
        ) from error
