"""The six digits that confirm an e-mail address: made here, sent by mail, kept only as a salted hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final, NamedTuple

from bot.mail.post import LettersNotCarried, MailboxUnknown, Post
from flows.core.events import CodeMailed, MailRefused
from flows.words.text import Text, text
from locales import say

__all__ = ["BODY", "SUBJECT", "OneTimeCode", "code_body", "digest_of", "mail_code", "make_code"]

# The code is not in the subject: subjects show on locked screens and stand in the logs of mail servers.
SUBJECT: Final = text("mail", "Your confirmation code for MektupX")

BODY: Final = (
    "Hello,\n\n"
    "Your confirmation code: {code}\n\n"
    "It is valid for 10 minutes. Please type the six digits into the chat.\n\n"
    "Type this code only into the MektupX chat and tell it to nobody; our staff never ask for it. If it was not you who"
    " asked for it, you can ignore this e-mail: without the code nothing happens.\n\n"
    "MektupX"
)


class OneTimeCode(NamedTuple):
    """The digits for the mail, and what stays: 32 hexadecimal digits of salt, sha256(salt + code) in hexadecimal."""

    code: str
    salt: str
    digest: str

    def __repr__(self) -> str:
        return "OneTimeCode(…)"


def make_code() -> OneTimeCode:
    """Six digits from the system's own randomness, "000000" to "999999", all equally likely."""
    code, salt = f"{secrets.randbelow(1_000_000):06d}", secrets.token_hex(16)
    return OneTimeCode(code, salt, digest_of(salt, code))


def digest_of(salt: str, code: str) -> str:
    """What the conversation compares a typed code with."""
    return hashlib.sha256((salt + code).encode()).hexdigest()


def code_body(code: str) -> Text:
    """The words around the digits."""
    return text("mail", BODY, code=code)


async def mail_code(post: Post, address: str, language: str, at: datetime) -> CodeMailed | MailRefused:
    """Performs a MailCode: a fresh code goes out, its hash comes back. `at`: when it was asked for (aware).

    Performed again after a lost answer it sends another code; the last one counts. Errors: MailError.
    """
    made = make_code()
    try:
        await post.send(address, say(SUBJECT, language), say(code_body(made.code), language), at=at)
    except LettersNotCarried:
        return MailRefused(address, "letters")
    except (MailboxUnknown, ValueError):
        return MailRefused(address)
    return CodeMailed(address, made.salt, made.digest)
