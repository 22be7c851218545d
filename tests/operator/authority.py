"""A certificate authority of the operator's own, and what it signs: stores, pooler and proxy speak TLS only."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

FOR = timedelta(days=1)


class Authority:
    """`ca` is the file that clients trust; `chain` and `key` are a server's, at 127.0.0.1. Named as in the examples."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.ca, self.chain, self.key = (folder / name for name in ("ca.pem", "fullchain.pem", "privkey.pem"))
        root, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        name, mine = _name("the operator's own"), _name("127.0.0.1")
        may = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        signed = (
            _certificate(name, name, root.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(may, critical=True)
            .sign(root, hashes.SHA256())
        )
        theirs = (
            _certificate(mine, name, server.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
            .sign(root, hashes.SHA256())
        )  # fmt: skip
        pem = serialization.Encoding.PEM
        self.ca.write_bytes(signed.public_bytes(pem))
        self.chain.write_bytes(theirs.public_bytes(pem) + signed.public_bytes(pem))
        self.key.touch(mode=0o600)
        self.key.write_bytes(
            server.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )  # fmt: skip


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        issuer, subject, key, x509.random_serial_number(), now - FOR, now + FOR
    ).add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
