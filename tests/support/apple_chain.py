"""Certificates and signatures as Apple makes them: a root, an intermediate and a leaf with Apple's marks, and what they sign.

Each way in which a chain can be wrong is an argument, so that a test says what it forges and nothing else differs.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

LEAF_MARK = "1.2.840.113635.100.6.11.1"
INTERMEDIATE_MARK = "1.2.840.113635.100.6.2.1"
LONG = timedelta(days=3650)

Key = ec.EllipticCurvePrivateKey


class Signer:
    """A certificate, its key, and who signed it (itself, where nobody did)."""

    def __init__(
        self,
        name: str,
        by: "Signer | None" = None,
        *,
        ca: bool = True,
        mark: str | None = None,
        until: timedelta = LONG,
        key: Key | None = None,
    ) -> None:
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(by.name if by else self.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - LONG)
            .not_valid_after(now + until)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(_usage(ca=ca), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
        )
        issuer = (by or self).key
        made = made.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False
        )
        if mark:
            made = made.add_extension(x509.UnrecognizedExtension(ObjectIdentifier(mark), b"\x05\x00"), critical=False)
        self.certificate = made.sign(issuer, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def x5c(self) -> str:
        """As in the header of what it signs."""
        return base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


class Chain:
    """Root, intermediate, leaf; each may be given, to be wrong in one way."""

    def __init__(
        self, root: Signer | None = None, intermediate: Signer | None = None, leaf: Signer | None = None
    ) -> None:
        self.root = root or Signer("Test Root CA - G3")
        self.intermediate = intermediate or Signer("Test Developer Relations", self.root, mark=INTERMEDIATE_MARK)
        self.leaf = leaf or Signer("Test Receipt Signing", self.intermediate, ca=False, mark=LEAF_MARK)

    @property
    def x5c(self) -> list[str]:
        return [self.leaf.x5c, self.intermediate.x5c, self.root.x5c]

    def sign(
        self,
        payload: Mapping[str, Any],
        *,
        algorithm: str = "ES256",
        key: Any = None,
        headers: Mapping[str, Any] | None = None,
    ) -> str:
        """A JWS as Apple's; with another algorithm, key or headers where a test says so."""
        return jwt.encode(
            dict(payload),
            self.leaf.key if key is None else key,
            algorithm=algorithm,
            headers={"x5c": self.x5c, **(headers or {})},
        )
