"""HTTPS: a certificate that is not to be trusted is an error that names it; nothing is asked of such a server."""

from __future__ import annotations

import asyncio
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from wirecopy.errors import ConnectionFailed, TransientError
from wirecopy.models import Purpose
from wirecopy.settings import LoopbackRule

NOW = datetime.now(UTC)  # certificates are judged by the machine's clock
URL = "https://courier.test/a"


class Authority:
    """Signs certificates."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Wirecopy Test Authority")])
        self.certificate = (
            self._builder(self.name, self.key.public_key(), NOW + timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def _builder(self, subject, key, until):
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key)
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(NOW - timedelta(days=9)).not_valid_after(until)

    def issue(self, folder, host, *, until=NOW + timedelta(days=1)):
        """A server's context with a certificate for a host."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        certificate = (
            self._builder(subject, key.public_key(), until)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        path = folder / f"{host}.pem"
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def trusting(self):
        """A client's context that trusts this authority alone."""
        return ssl.create_default_context(cadata=self.certificate.public_bytes(serialization.Encoding.PEM).decode())


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def serve():
    """Starts TLS servers; the port of each, and what they were asked."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asked = []
    servers = []

    async def answer(reader, writer):
        try:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwords")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    def start(context):
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(answer, "127.0.0.1", 0, ssl=context), loop).result(10)
        servers.append(server)
        return server.sockets[0].getsockname()[1]

    start.asked = asked
    yield start

    async def stop():
        for server in servers:
            server.close()
        await asyncio.sleep(0.05)

    asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def ask(fetch, request_for):
    def run(port, purpose=Purpose.FEED):
        rule = LoopbackRule(host="courier.test", port=443, address="127.0.0.1", dial_port=port)
        return fetch(request_for(URL, purpose), loopback=(rule,))[0]

    return run


def test_a_trusted_certificate_is_read(serve, ask, authority, tmp_path, monkeypatch):
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", authority.trusting())
    assert ask(serve(authority.issue(tmp_path, "courier.test"))).page.body == b"words"


@pytest.mark.parametrize("purpose", [Purpose.FEED, Purpose.PAGE, Purpose.SITEMAP])
def test_an_unknown_authority_is_refused_by_name(serve, ask, authority, tmp_path, purpose):
    error = ask(serve(authority.issue(tmp_path, "courier.test")), purpose).error
    assert type(error) is ConnectionFailed
    assert error.message.startswith("the certificate of courier.test is not trusted: ")
    assert "issuer" in error.message or "self-signed" in error.message
    assert serve.asked == []


def test_a_certificate_for_another_host_is_refused_by_name(serve, ask, authority, tmp_path, monkeypatch):
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", authority.trusting())
    error = ask(serve(authority.issue(tmp_path, "bote.test"))).error
    assert type(error) is ConnectionFailed
    assert "the certificate of courier.test is not trusted: " in error.message
    assert "ostname mismatch" in error.message
    assert serve.asked == []


def test_a_certificate_that_ran_out_is_refused_by_name(serve, ask, authority, tmp_path, monkeypatch):
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", authority.trusting())
    error = ask(serve(authority.issue(tmp_path, "courier.test", until=NOW - timedelta(days=1)))).error
    assert "the certificate of courier.test is not trusted: certificate has expired" in error.message
    assert serve.asked == []


def test_a_server_without_tls_is_a_failure(serve, ask):
    error = ask(serve(None)).error
    assert isinstance(error, TransientError)
    assert serve.asked == []
