"""Mail by a real SMTP server on loopback: what arrives, what is refused for good, and what is tried again."""

from __future__ import annotations

import asyncio
import logging
import ssl
import traceback
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import IPv4Address
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.mail.post import Enclosure, LettersNotCarried, MailboxUnknown, MailError, Post, compose

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TO = "isil@example.com"
SENDER = "MektupX <posta@mektupx.example>"


@dataclass
class Mailbox:
    """A mail server's memory, and the answers a test wants from it."""

    raw: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    to_rcpt: str = ""
    to_data: str = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_rcpt:
            return self.to_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.to_data:
            return self.to_data
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        self.recipients.append(envelope.rcpt_tos)
        return "250 taken"

    def only(self) -> EmailMessage:
        (raw,) = self.raw
        message = message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        return message


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def port(mailbox: Mailbox) -> AsyncIterator[int]:
    async with served(mailbox) as where:
        yield where


@asynccontextmanager
async def served(mailbox: Mailbox, tls: ssl.SSLContext | None = None, **settings: Any) -> AsyncIterator[int]:
    """aiosmtpd on a free port of loopback; `tls` from the first byte."""
    loop = asyncio.get_running_loop()
    settings = {"enable_SMTPUTF8": True} | settings
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop, **settings), "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@dataclass(frozen=True)
class Certificate:
    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """One for 127.0.0.1, signed by itself and trusted by nobody but the client of these tests."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path_factory.mktemp("tls") / "loopback.pem"
    plain = serialization.NoEncryption()
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    pem.write_bytes(private + made.public_bytes(encoding))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem)
    return Certificate(server, ssl.create_default_context(cafile=str(pem)))


# What arrives ---------------------------------------------------------------------------------------------------------


async def test_turkish_arrives_letter_for_letter(mailbox: Mailbox, port: int) -> None:
    body = "Merhaba,\n\nIşıl İnci'nin ğüşöç harfleri: 48,50\u00a0TL\n.\nbir nokta tek başına\n"
    await Post(f"smtp://127.0.0.1:{port}", SENDER).send(TO, "Onay kodunuz: ışıl", body, at=AT)
    assert mailbox.only().get_content().splitlines() == body.splitlines()
    assert mailbox.only()["Subject"] == "Onay kodunuz: ışıl"
    assert mailbox.only()["To"] == TO
    assert mailbox.only()["From"] == SENDER
    assert mailbox.only()["Auto-Submitted"] == "auto-generated"
    assert mailbox.recipients == [[TO]]


async def test_an_enclosure_arrives_byte_for_byte(mailbox: Mailbox, port: int) -> None:
    contract = Enclosure("mesafeli satış sözleşmesi.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\xff.\r\n")
    await Post(f"smtp://127.0.0.1:{port}", SENDER).send(TO, "Belgeler", "Ekte.", [contract], at=AT)
    (part,) = mailbox.only().iter_attachments()
    assert part.get_content() == contract.content
    assert part.get_filename() == contract.name
    assert part.get_content_type() == contract.mime


async def test_a_message_sent_again_is_the_same_message(mailbox: Mailbox, port: int) -> None:
    post = Post(f"smtp://127.0.0.1:{port}", SENDER)
    for at in (AT, AT.astimezone(timezone(timedelta(hours=3)))):
        await post.send(TO, "Belgeler", "Ekte.", [Enclosure("a.pdf", "application/pdf", b"1")], at=at)
    first, second = mailbox.raw
    assert first == second
    other = compose(post._sender, TO, "Belgeler", "Ekte.", at=AT + timedelta(seconds=1))
    assert other["Message-ID"] != message_from_bytes(first)["Message-ID"]


def test_the_message_id_says_nothing_about_the_words() -> None:
    """Six digits could be guessed from a hash of them, and Message-IDs stand in logs."""
    sender = Post("smtp://127.0.0.1", SENDER)._sender
    one, other = (compose(sender, TO, "Kod", f"Onay kodunuz: {code}", at=AT) for code in ("123456", "654321"))
    assert one["Message-ID"] == other["Message-ID"]


# What must not leave --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["\n", "\r", "\r\n", "\u2028", "\x00", "\x85"])
async def test_a_line_break_in_a_header_is_refused(mailbox: Mailbox, port: int, line: str) -> None:
    post = Post(f"smtp://127.0.0.1:{port}", SENDER)
    injected = f"a{line}Bcc: eve@example.com"
    with pytest.raises(ValueError, match="one line"):
        await post.send(TO, injected, "x", at=AT)
    with pytest.raises(ValueError, match=r"one line|not an e-mail"):
        await post.send(f"{TO}{line}Bcc: eve@example.com", "x", "x", at=AT)
    with pytest.raises(ValueError, match="one line"):
        await post.send(TO, "x", "x", [Enclosure(injected, "text/plain", b"")], at=AT)
    with pytest.raises(ValueError, match="one line"):
        Post("smtp://127.0.0.1", f"MektupX{line} <a@example.com>")
    assert mailbox.raw == []


@pytest.mark.parametrize(
    "to",
    ["a@example.com, b@example.com", "a@example.com b@example.com", "Ali <a@example.com>", "a", "@example.com", ""],
)
async def test_a_message_has_one_bare_recipient(mailbox: Mailbox, port: int, to: str) -> None:
    with pytest.raises(ValueError, match=r"e-mail address|bare address"):
        await Post(f"smtp://127.0.0.1:{port}", SENDER).send(to, "x", "x", at=AT)
    assert mailbox.raw == []


ODD = st.text(st.sampled_from("ab \t\r\n\0:<>@,;\"'\\=?_ığü\u2028\x85\x7f") | st.characters(codec="utf-8"), max_size=60)


@given(subject=ODD, words=ODD, name=ODD)
def test_whatever_is_written_in_it_a_message_has_our_headers_only(subject: str, words: str, name: str) -> None:
    sender = Post("smtp://127.0.0.1", SENDER)._sender
    try:
        message = compose(sender, TO, subject, words, [Enclosure(name, "text/x-note", b"")], at=AT)
    except ValueError:
        assume(any(unicodedata.category(letter)[0] in "CZ" for letter in subject + name))
        return
    read = message_from_bytes(message.as_bytes(), policy=default)
    assert sorted(read.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "MIME-Version"]
    )
    assert read["To"] == TO


@given(ODD)
def test_whatever_is_taken_for_an_address_is_one_address(to: str) -> None:
    sender = Post("smtp://127.0.0.1", SENDER)._sender
    try:
        message = compose(sender, f"{to}@example.com", "x", "x", at=AT)
    except ValueError:
        return
    (mailbox,) = message["To"].addresses
    assert mailbox.addr_spec == f"{to}@example.com"


@pytest.mark.parametrize("to", ["ışıl@example.com", "用户@xn--fsqu00a.xn--4rr70v"])
async def test_letters_before_the_at_sign_are_carried_where_the_server_can(
    mailbox: Mailbox, port: int, to: str
) -> None:
    await Post(f"smtp://127.0.0.1:{port}", SENDER).send(to, "x", "Merhaba", at=AT)
    assert mailbox.recipients == [[to]]
    assert f"\r\nTo: {to}\r\n".encode() in mailbox.raw[0]


async def test_where_the_server_cannot_carry_them_that_is_what_is_said(mailbox: Mailbox) -> None:
    async with served(mailbox, enable_SMTPUTF8=False) as port:
        post = Post(f"smtp://127.0.0.1:{port}", SENDER)
        with pytest.raises(LettersNotCarried) as raised:
            await post.send("ışıl@example.com", "x", "x", at=AT)
        await post.send("jens@xn--fa-hia.de", "x", "Grüße", at=AT)  # a domain is always carried
    assert "ışıl" not in str(raised.value)
    assert mailbox.recipients == [["jens@xn--fa-hia.de"]]


async def test_mail_from_a_domain_of_ones_own_letters_needs_no_special_server(mailbox: Mailbox) -> None:
    async with served(mailbox, enable_SMTPUTF8=False) as port:
        await Post(f"smtp://127.0.0.1:{port}", "MektupX <posta@straße.example>").send(TO, "x", "x", at=AT)
    message = mailbox.only()
    assert message["From"].addresses[0].addr_spec == "posta@xn--strae-oqa.example"  # not strasse.example
    assert message["Message-ID"].endswith("@xn--strae-oqa.example>")


# What goes wrong ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rcpt", "data", "outcome"),
    [
        ("550 5.1.1 no such user", "", MailboxUnknown),
        ("553 5.1.3 bad address syntax", "", MailboxUnknown),
        ("", "550 5.1.1 no such user after all", MailboxUnknown),
        ("450 4.2.0 greylisted, come back", "", MailError),
        ("452 4.2.2 mailbox full", "", MailError),
        ("530 5.7.0 authentication required", "", MailError),
        ("", "451 4.3.0 try later", MailError),
        ("", "554 5.7.1 this looks like spam", MailError),
    ],
)
async def test_only_a_missing_mailbox_is_refused_for_good(
    mailbox: Mailbox, port: int, rcpt: str, data: str, outcome: type[MailError | MailboxUnknown]
) -> None:
    mailbox.to_rcpt, mailbox.to_data = rcpt, data
    with pytest.raises(outcome) as raised:
        await Post(f"smtp://127.0.0.1:{port}", SENDER).send(TO, "x", "x", at=AT)
    assert raised.value.retry is (outcome is MailError)


async def test_a_server_that_is_not_there_is_tried_again(unused_tcp_port: int) -> None:
    with pytest.raises(MailError):
        await Post(f"smtp://127.0.0.1:{unused_tcp_port}", SENDER).send(TO, "x", "x", at=AT)


async def test_a_server_that_hangs_up_is_tried_again() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.readline()
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(MailError):
            await Post(f"smtp://127.0.0.1:{port}", SENDER).send(TO, "x", "x", at=AT)


async def test_a_silent_server_is_given_up_after_the_timeout() -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silence, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(MailError):
            await Post(f"smtp://127.0.0.1:{port}", SENDER, timeout=0.1).send(TO, "x", "x", at=AT)


async def test_neither_the_log_nor_a_traceback_holds_the_address(
    mailbox: Mailbox, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    mailbox.to_rcpt = f"550 5.1.1 <{TO}> unknown"
    with pytest.raises(MailboxUnknown) as raised:
        await Post(f"smtp://127.0.0.1:{port}", SENDER).send(TO, "x", "x", at=AT)
    ours = [record for record in caplog.records if not record.name.startswith("mail.")]  # aiosmtpd, the test's server
    assert TO not in "".join(traceback.format_exception(raised.value))
    assert not any(TO in record.getMessage() for record in ours)


# How the server is spoken to ------------------------------------------------------------------------------------------


def authenticator(*args: Any) -> AuthResult:
    login = args[-1]
    assert isinstance(login, LoginPassword)
    known = (login.login, login.password) == (b"posta@example.com", b"p@ss:w/rd")
    return AuthResult(success=known, handled=False)


LOGIN = "posta%40example.com:p%40ss%3Aw%2Frd@"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it counts STARTTLS only
async def test_smtps_and_login(mailbox: Mailbox, certificate: Certificate) -> None:
    settings = {"authenticator": authenticator, "auth_required": True, "auth_require_tls": False}
    async with served(mailbox, certificate.server, **settings) as port:
        post = Post(f"smtps://{LOGIN}127.0.0.1:{port}", SENDER, tls=certificate.client)
        await post.send(TO, "x", "gizli", at=AT)
        assert mailbox.only().get_content().splitlines() == ["gizli"]
        wrong = Post(f"smtps://posta%40example.com:no@127.0.0.1:{port}", SENDER, tls=certificate.client)
        with pytest.raises(MailError):
            await wrong.send(TO, "x", "x", at=AT)


async def test_starttls(mailbox: Mailbox, certificate: Certificate) -> None:
    async with served(mailbox, tls_context=certificate.server, require_starttls=True) as port:
        await Post(f"smtp+starttls://127.0.0.1:{port}", SENDER, tls=certificate.client).send(TO, "x", "x", at=AT)
    assert len(mailbox.raw) == 1


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_promised_encryption_is_never_given_up(mailbox: Mailbox, port: int, scheme: str) -> None:
    """The server speaks plain SMTP only, or somebody in between makes it look so."""
    with pytest.raises(MailError):
        await Post(f"{scheme}://127.0.0.1:{port}", SENDER, timeout=1).send(TO, "x", "x", at=AT)
    assert mailbox.raw == []


async def test_a_server_with_a_strangers_certificate_gets_nothing(mailbox: Mailbox, certificate: Certificate) -> None:
    async with served(mailbox, certificate.server) as port:
        with pytest.raises(MailError):
            await Post(f"smtps://127.0.0.1:{port}", SENDER).send(TO, "x", "x", at=AT)
    assert mailbox.raw == []


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://example.com", "begin with one of smtp://"),
        ("example.com:25", "begin with one of smtp://"),
        ("smtp://", "begin with one of smtp://"),
        ("smtp://user:geheim@example.com", "readably"),
        ("smtp://example.com:port", "usable port"),
    ],
)
def test_the_operator_is_told_what_is_wrong_with_an_address(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as raised:
        Post(url, SENDER)
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("sender", ["MektupX", "MektupX <>", "MektupX <a@b", "a@b, c@d"])
def test_the_operator_is_told_that_a_sender_is_no_address(sender: str) -> None:
    with pytest.raises(ValueError, match="e-mail address"):
        Post("smtp://127.0.0.1", sender)
