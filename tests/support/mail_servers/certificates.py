"""The TLS certificates of the tests' servers, made on the spot: a good one, and one for each way to be wrong."""

from __future__ import annotations

import ssl
import warnings
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NAMES = ("127.0.0.1", "localhost")
"""How the tests call their servers."""
_LONG_AGO = (datetime(2019, 1, 1), datetime(2020, 1, 1))
_VALID = (datetime(2020, 1, 1), datetime(2035, 1, 1))


@dataclass(frozen=True)
class Certificates:
    """An authority of our own and what it signs; `authority` is the file that config.toml names."""

    folder: Path
    ca: trustme.CA

    @property
    def authority(self) -> Path:
        """Return the authority's certificate, in PEM."""
        return self.folder / "autorite.pem"

    @cached_property
    def good(self) -> ssl.SSLContext:
        """A certificate in order."""
        return self._context(self.ca.issue_cert(*NAMES))

    @cached_property
    def wrong_name(self) -> ssl.SSLContext:
        """A certificate in order, of another server."""
        return self._context(self.ca.issue_cert("ailleurs.example"))

    def named(self, *names: str) -> ssl.SSLContext:
        """A certificate in order, of the servers so named."""
        return self._context(self.ca.issue_cert(*names))

    @cached_property
    def outdated(self) -> ssl.SSLContext:
        """A certificate in order, on a server that knows TLS 1.0 and nothing newer."""
        context = self._context(self.ca.issue_cert(*NAMES))
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
        return context

    @cached_property
    def expired(self) -> ssl.SSLContext:
        """A certificate of the right server that is past its date."""
        return self._context(self.ca.issue_cert(*NAMES, not_before=_LONG_AGO[0], not_after=_LONG_AGO[1]))

    @cached_property
    def self_signed(self) -> ssl.SSLContext:
        """A certificate that nobody but its own holder vouches for."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_VALID[0])
            .not_valid_after(_VALID[1])
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(key, hashes.SHA256())
        )
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = self.folder / "autosigne.pem"
        file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def write_good(self, path: Path) -> Path:
        """Write the key and the chain of a certificate in order to one file, as Postfix and Dovecot read them."""
        self.ca.issue_cert(*NAMES).private_key_and_cert_chain_pem.write_to_path(path)
        return path

    @staticmethod
    def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context


def make_certificates(folder: Path) -> Certificates:
    """Make an authority whose files live in a folder; each certificate is made when it is first asked for."""
    certificates = Certificates(folder, trustme.CA())
    certificates.ca.cert_pem.write_to_path(certificates.authority)
    return certificates
