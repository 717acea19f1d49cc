"""The operator's environment: one line for each variable, as docs/operations.md shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.base import setting_types
from bot.base.print_room_keys import print_room_keys

__all__ = ["PREFIX", "PRETENDED", "VARIABLES", "Variable"]

PREFIX: Final = "MEKTUPX_"


PRETENDED: Final = "sandbox"
"""The institution that takes no real money and asks nothing of the operator (bot.payments.registry)."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One line of the operator's environment, and of the table in docs/operations.md."""

    name: str
    field: str
    read: Callable[[str], Any]
    default: str | None
    required: bool
    secret: bool
    help: str


def _variable(
    short: str, read: Callable[[str], Any], help: str, default: str | None = None, *flags: str, field: str = ""
) -> Variable:
    return Variable(PREFIX + short, field or short.lower(), read, default, "required" in flags, "secret" in flags, help)


VARIABLES: Final[tuple[Variable, ...]] = (
    _variable(
        "CUSTOMER_TOKEN", setting_types.token, "The customer bot's token from @BotFather.", None, "required", "secret"
    ),
    _variable("STAFF_TOKEN", setting_types.token, "The staff bot's token, another one.", None, "required", "secret"),
    _variable(
        "TELEGRAM_API", setting_types.web_address, "The Bot API server both bots talk to.", "https://api.telegram.org"
    ),
    _variable(
        "DATABASE_URL",
        setting_types.database_url,
        "SQLite (a path from the working folder; four slashes begin at the root) or `postgresql+asyncpg://…`.",
        "sqlite:///mektupx.db",
        "secret",
    ),
    _variable(
        "MASTER_KEY_FILE",
        setting_types.path,
        "The file with the master key, outside the database and its backups. `mektupx keys init` makes one.",
        None,
        "required",
    ),
    _variable(
        "KEY_STORE",
        setting_types.path,
        "The file of the wrapped data keys; keep it out of long-lived backups.",
        "mektupx-keys.db",
    ),
    _variable(
        "PUBLIC_URL", setting_types.public_url, "The https address under which the service is reached from outside."
    ),
    _variable("LISTEN", setting_types.listen, "Host and port of the web server.", "127.0.0.1:8080"),
    _variable(
        "WEBHOOK_SECRET",
        setting_types.webhook_secret,
        "With it Telegram calls `MEKTUPX_PUBLIC_URL`; without it the bots ask Telegram for updates.",
        None,
        "secret",
    ),
    _variable("PAYMENT_PROVIDER", setting_types.provider, "The payment institution.", PRETENDED),
    _variable(
        "PAYMENT_CREDENTIALS",
        setting_types.words,
        "What the provider issued, such as `key:secret`; not needed for the sandbox.",
        None,
        "secret",
    ),
    _variable(
        "PAYMENT_CREDENTIALS_FILE",
        setting_types.credentials,
        "Instead of it a TOML file (mode 0600) with a table for each institution, such as `[iyzico]`: `credentials`,"
        " and `api` for another address than the usual one.",
    ),
    _variable(
        "PRINT_SINK",
        setting_types.sink,
        "Where letters go: `folder:` and an absolute path, `ipps://host:631/printers/name` (`ipp://` on this machine),"
        " or `sftp://user@host:22/folder`.",
        None,
        "required",
        "secret",
    ),
    _variable(
        "PRINT_ROOM_KEY",
        print_room_keys,
        "The print room's public keys (age), or a file with them: letters lie in the folder and at the print house"
        " sealed to each of these. `mektupx press key` makes a pair.",
    ),
    _variable(
        "SFTP_KEY_FILE",
        setting_types.private_file,
        "Our private key for `sftp:` (mode 0600, without a passphrase); the print house has its public half.",
    ),
    _variable(
        "SFTP_KNOWN_HOSTS",
        setting_types.existing_file,
        "The print house's host key for `sftp:`, as OpenSSH writes it into known_hosts.",
    ),
    _variable(
        "ENVELOPE",
        setting_types.envelope,
        "Where the window of the print room's envelopes is: `din` (DIN 680, left) or `ptt` (UPU's sheet for Türkiye,"
        " right) for DL and C6/C5 alike, one size alone (`dl-left`, `dl-right`, `c6c5-left`, `c6c5-right`), or `hand`"
        " for envelopes without one.",
        "din",
    ),
    _variable(
        "CUT_OFF",
        setting_types.cut_off,
        "The hour (Istanbul) at which letters go to the print room on a working day, and until which they can be"
        " cancelled. `continuous` prints each at once and promises no time.",
        "14:00",
    ),
    _variable(
        "SMTP_URL",
        setting_types.mail_address,
        "The mail server for one-time codes: `smtp+starttls://user:password@host:587`.",
        None,
        "required",
        "secret",
    ),
    _variable(
        "ADMINS", setting_types.people, "Telegram user ids of the admins, separated by commas.", None, "required"
    ),
    _variable("STAFF_CHAT", setting_types.chat, "The staff group, by its numeric id."),
    _variable("TARIFF", setting_types.existing_file, "A dated tariff file; without it the shipped one."),
    _variable(
        "SELLER_FILE",
        setting_types.seller,
        "A TOML file with the seller's `title`, `mersis`, `address`, `phone` and `email`; where there are such, `kep`,"
        " `tax_office`, `tax_number` and `hosting`, the company on whose machines the service runs: the notice names"
        " it.",
        None,
        "required",
        field="seller",
    ),
    _variable(
        "INVOICE_SERIES",
        setting_types.invoice_series,
        "The three letters that the numbers of your invoices begin with; another series begins at 1 again.",
        "MPX",
    ),
    _variable("CLOCK", setting_types.path, "The shared test clock; only with a Telegram API on this machine."),
)
