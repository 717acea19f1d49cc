"""The post office for e-mail: one message to one address by SMTP, the same bytes each time it has to be sent again."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib
import idna

from bot.base.partner import PartnerError

__all__ = ["SCHEMES", "Enclosure", "LettersNotCarried", "MailError", "MailboxUnknown", "Post", "compose"]


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a mail server is spoken to: TLS from the first byte, TLS on request (and never without), or none."""

    port: int
    tls: bool = False
    starttls: bool = False


SCHEMES: Final = {
    "smtp": Scheme(25),
    "smtp+starttls": Scheme(587, starttls=True),
    "smtps": Scheme(465, tls=True),
}
"""What MEKTUPX_SMTP_URL may begin with. None of them falls back to a weaker one."""

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class MailError(PartnerError):
    """The mail server could not take the message now."""

    def __init__(self, message: str, *, retry: bool = True) -> None:
        super().__init__(message, retry=retry)


class MailboxUnknown(PartnerError):
    """There is no such mailbox, says the mail server for good: the sender must correct the address."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry=False)


class LettersNotCarried(MailboxUnknown):
    """The mail server does not carry letters beyond ASCII before the @ sign (SMTPUTF8, RFC 6531)."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a message: its name, its type ("application/pdf"), its bytes."""

    name: str
    mime: str
    content: bytes


class Post:
    """Sends from one address through one server.

    smtp_url: "smtps://user:password@host:465", "smtp+starttls://…:587" or, without a password or on this machine only,
    "smtp://host:25". User and password are percent-encoded. sender: "MektupX <posta@example.com>" or the bare address.
    A ValueError says what is wrong with either, without repeating the password.
    """

    def __init__(self, smtp_url: str, sender: str, *, timeout: float = 20, tls: ssl.SSLContext | None = None) -> None:
        try:
            parts = urlsplit(smtp_url)
            port = parts.port
        except ValueError:
            raise ValueError("The mail server's address has no usable port.") from None
        scheme = SCHEMES.get(parts.scheme)
        if scheme is None or not parts.hostname:
            raise ValueError(
                f"The mail server's address must begin with one of {', '.join(s + '://' for s in SCHEMES)}."
            )
        if parts.password and parts.scheme == "smtp" and parts.hostname not in _LOOPBACK:
            raise ValueError("smtp:// would send the password readably; use smtps:// or smtp+starttls://.")
        self._scheme, self._host, self._port = scheme, parts.hostname, port or scheme.port
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        own = _mailbox(sender)
        self._sender = Address(own.display_name, own.username, _ascii(own.domain))
        self._timeout, self._tls = timeout, tls

    async def send(
        self, to: str, subject: str, text: str, attachments: Sequence[Enclosure] = (), *, at: datetime
    ) -> None:
        """Delivers to the server, which has then taken responsibility (RFC 5321, 6.1).

        `at` (aware) is the instant the message was asked for, not of this attempt: a repetition after a lost answer
        has the same Message-ID, by which mailboxes know it. Raises MailboxUnknown for an address that does not
        exist, MailError for everything that may pass, ValueError for a line break in a header.
        """
        message = compose(self._sender, to, subject, text, attachments, at=at)
        try:
            await aiosmtplib.send(
                message,
                sender=self._sender.addr_spec,
                recipients=[to],
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._scheme.tls,
                start_tls=self._scheme.starttls,
                tls_context=self._tls,
                timeout=self._timeout,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            # Not chained: these exceptions carry the address in their text, and a log shows the whole chain.
            if _no_such_letters(error):
                raise LettersNotCarried("The mail server does not carry this address's letters.") from None
            if _no_such_mailbox(error):
                raise MailboxUnknown("The mail server refuses this address for good.") from None
            raise MailError(f"The mail server did not take a message: {type(error).__name__}.") from None


def compose(
    sender: Address, to: str, subject: str, text: str, attachments: Sequence[Enclosure] = (), *, at: datetime
) -> EmailMessage:
    """The message, a pure function of its arguments; ValueError for anything that could add a header or a recipient.

    The Message-ID is a hash of everything but the words: a code of six digits could be guessed from one.
    """
    recipient = _mailbox(to)
    if recipient.addr_spec != to:
        raise ValueError("A message goes to one bare address.")
    policy = SMTP if to.isascii() and sender.addr_spec.isascii() else SMTPUTF8
    message = EmailMessage(policy=policy)
    message["From"], message["To"], message["Subject"] = sender, recipient, _one_line(subject)
    message["Date"] = at.astimezone(UTC)
    known = "\0".join((sender.addr_spec, to, subject, at.astimezone(UTC).isoformat(), *(a.name for a in attachments)))
    name = hashlib.sha256(known.encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{name}@{_ascii(sender.domain)}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers to us
    message.set_content(text, charset="utf-8")
    for enclosure in attachments:
        kind, _, subkind = enclosure.mime.partition("/")
        message.add_attachment(enclosure.content, maintype=kind, subtype=subkind, filename=_one_line(enclosure.name))
    if attachments:
        message.set_boundary(f"=={name}==")
    return message


def _mailbox(written: str) -> Address:
    """ "Name <local@domain>" or "local@domain", exactly one."""
    name, bracket, rest = _one_line(written).rpartition("<")
    spec = (rest.removesuffix(">") if bracket else rest).strip()
    if bracket and not rest.endswith(">"):
        raise ValueError("An e-mail address is not closed with >.")
    try:
        mailbox = _parsed(name.strip().strip('"'), spec)
    except Exception:  # the parser's errors are many and repeat the address
        raise ValueError("This is not an e-mail address.") from None
    if not (mailbox.username and mailbox.domain) or any(mark in spec for mark in ",;<> "):
        raise ValueError("This is not an e-mail address.")
    return mailbox


def _parsed(name: str, spec: str) -> Address:
    """Python's parser knows ASCII before the @ sign only; any letter may stand there where an x may (RFC 6531, 3.3)."""
    local, _at, domain = spec.rpartition("@")
    if local.isascii():
        return Address(name, addr_spec=spec)
    plain = "".join(sign if sign.isascii() else "x" for sign in local)
    if Address(addr_spec=f"{plain}@{domain}").username != plain:
        raise ValueError("The part before the @ sign is quoted.")
    return Address(name, local, domain)


def _ascii(domain: str) -> str:
    """A domain as mail servers know it (IDNA 2008): each of them carries it, also without SMTPUTF8."""
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        raise ValueError("This is no domain that mail can be sent from.") from None


def _one_line(words: str) -> str:
    """A header's value: a line break in it would begin another header."""
    if any(ord(letter) < 0x20 or ord(letter) in (0x7F, 0x85, 0x2028, 0x2029) for letter in words):
        raise ValueError("A header of a mail must be one line without control characters.")
    return words


def _no_such_mailbox(error: Exception) -> bool:
    """A lasting refusal of the recipient: 5xx to RCPT, or 5.1.x ("bad destination mailbox", RFC 3463) to the data."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[refusal, *_]):
            return _no_such_mailbox(refusal)
        case aiosmtplib.SMTPRecipientRefused(code=code):
            return 500 <= code < 600 and code not in (530, 535)  # these two are about our own login
        case aiosmtplib.SMTPDataError(code=code, message=message):
            return 500 <= code < 600 and message.startswith("5.1.")
        case _:
            return False


def _no_such_letters(error: Exception) -> bool:
    return isinstance(error, aiosmtplib.SMTPNotSupported) and "SMTPUTF8" in error.message
