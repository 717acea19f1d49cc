"""The mailbox of the playground: a real SMTP server on loopback that keeps letters in memory for the tests to read."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.base.clock import Clock

__all__ = ["Mailbox"]


class Mailbox:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.mails: list[dict[str, Any]] = []
        self.server: asyncio.Server | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each mail."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        mail = message_from_bytes(raw, policy=policy.default)
        body = mail.get_body(("plain", "html")) if isinstance(mail, EmailMessage) else None
        for receiver in envelope.rcpt_tos:
            self.mails.append(
                {
                    "to": receiver,
                    "from": envelope.mail_from,
                    "subject": str(mail["subject"] or ""),
                    "text": str(body.get_content()).replace("\r\n", "\n") if body else "",
                    "at": self.clock.now().isoformat(),
                }
            )
        return "250 OK"

    async def start(self, host: str, port: int) -> int:
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(
            lambda: SMTP(self, hostname="localhost", enable_SMTPUTF8=True, loop=loop), host, port
        )
        return int(self.server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self.server:
            self.server.close()
            await self.server.wait_closed()
