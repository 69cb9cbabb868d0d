"""A proxy that speaks TLS and passes everything on, with a certificate of its own making."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass
class TlsProxy:
    """certificate: whom to trust. target: the plain port behind it. upgrades: whether it lets web
    sockets through; proxies do not of themselves."""

    certificate: Path
    port: int = 0
    target: int = 0
    upgrades: bool = True

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    async def passes_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection(HOST, self.target)
        try:
            await asyncio.gather(
                _copy(reader, behind_writer, b"" if self.upgrades else b"Upgrade"),
                _copy(behind_reader, writer),
            )
        finally:
            for each in (writer, behind_writer):
                each.close()
                with suppress(OSError):
                    await each.wait_closed()


@asynccontextmanager
async def tls_proxy(folder: Path) -> AsyncIterator[TlsProxy]:
    certificate, key = folder / "proxy.crt", folder / "proxy.key"
    _make_certificate(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    proxy = TlsProxy(certificate)
    server = await asyncio.start_server(proxy.passes_on, HOST, 0, ssl=context)
    proxy.port = server.sockets[0].getsockname()[1]
    async with server:
        yield proxy


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, without: bytes = b""
) -> None:
    with suppress(OSError):
        while part := await reader.read(65_536):
            writer.write(part.replace(without, b"Unknown") if without else part)
            await writer.drain()
        writer.close()


def _make_certificate(certificate: Path, key: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
