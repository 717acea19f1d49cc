"""What the operator decides before the service starts: the environment, read once, with every mistake named."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any, Final

from bot.base import setting_types
from bot.base.setting_types import Credentials, Listen, Seller, SettingRefused
from bot.base.variables import PREFIX, PRETENDED, VARIABLES, Variable
from flows.words.text import Text, text
from locales import say

__all__ = ["VARIABLES", "Listen", "Seller", "Settings", "SettingsError", "Variable", "read", "settings_table"]


class SettingsError(Exception):
    """The operator's to mend: each problem is a sentence that names the variable and the remedy."""

    def __init__(self, *problems: Text) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return self.said("en")

    def said(self, language: str) -> str:
        """All problems, one a line."""
        return "\n".join(say(problem, language) for problem in self.problems)


# What the service knows -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the operator set. Secrets are left out of its repr, so that no log can hold them."""

    customer_token: str = field(repr=False)
    staff_token: str = field(repr=False)
    telegram_api: str
    database_url: str = field(repr=False)
    master_key_file: Path | None
    key_store: Path
    public_url: str | None
    listen: Listen
    webhook_secret: str | None = field(repr=False)
    payment_provider: str
    payment_credentials: str | None = field(repr=False)
    payment_credentials_file: Mapping[str, Credentials] | None = field(repr=False)
    print_sink: str = field(repr=False)
    print_room_key: tuple[str, ...] | None
    sftp_key_file: Path | None
    sftp_known_hosts: Path | None
    envelope: str
    cut_off: time | None
    smtp_url: str = field(repr=False)
    admins: frozenset[int]
    staff_chat: int | None
    tariff: Path | None
    seller: Seller | None
    invoice_series: str
    clock: Path | None

    @property
    def webhooks(self) -> bool:
        """Telegram calls us where we have a public address and a secret to know it by; otherwise we ask it."""
        return self.public_url is not None and self.webhook_secret is not None

    @property
    def public(self) -> str:
        """The address under which the web server is reached: from outside, or on this machine only."""
        return self.public_url or f"http://{self.listen.host}:{self.listen.port}"

    @property
    def rehearsal(self) -> bool:
        """The Telegram API is on this machine: nobody outside can be reached."""
        return setting_types.loopback(self.telegram_api)

    @property
    def institutions(self) -> frozenset[str]:
        """The chosen one, and those of before whose credentials still stand in the file."""
        return frozenset({self.payment_provider, *(self.payment_credentials_file or {})})

    def credentials_of(self, institution: str) -> Credentials | None:
        """What an institution issued to the seller: by the file, or by the one setting for the chosen one."""
        known = (self.payment_credentials_file or {}).get(institution)
        if known is None and self.payment_credentials and institution == self.payment_provider:
            return Credentials(self.payment_credentials)
        return known

    def warnings(self) -> tuple[Text, ...]:
        """What starts, yet is hardly meant."""
        found: list[Text] = []
        if self.payment_provider == PRETENDED and not self.rehearsal:
            found.append(
                text(
                    "check",
                    "MEKTUPX_PAYMENT_PROVIDER is the sandbox: letters are printed without real money being paid.",
                )
            )
        given = self.credentials_of(self.payment_provider) if self.payment_provider else None
        if given and given.secret.startswith("sandbox-") and not self.rehearsal:
            found.append(
                text(
                    "check",
                    "The credentials are of the payment institution's own sandbox: letters are printed without real"
                    " money being paid.",
                )
            )
        return tuple(found)


# Reading them --------------------------------------------------------------------------------------------------------


def read(environ: Mapping[str, str], need: Collection[str] | None = None) -> Settings:
    """The settings, or one SettingsError with every problem there is.

    `need`: the variables a command cannot do without; by default all that `mektupx run` needs.
    """
    required = {one.name for one in VARIABLES if one.required} if need is None else set(need)
    problems = list(_strangers(environ))
    chosen: dict[str, Any] = {}
    for variable in VARIABLES:
        given = environ.get(variable.name, "").strip() or variable.default
        chosen[variable.field] = _NOTHING.get(variable.field)
        if given is None:
            if variable.name in required:
                problems.append(text("check", "{variable} is not set. Please set it.", variable=variable.name))
            continue
        try:
            chosen[variable.field] = variable.read(given)
        except SettingRefused as refusal:
            problems.append(text("check", "{variable}: {remedy}", variable=variable.name, remedy=refusal.sentence))
    settings = Settings(**chosen)
    problems += _contradictions(settings)
    if problems:
        raise SettingsError(*problems)
    return settings


_NOTHING: Final[Mapping[str, Any]] = {
    "customer_token": "",
    "staff_token": "",
    "print_sink": "",
    "smtp_url": "",
    "admins": frozenset(),
    "telegram_api": "",
}
"""What stands where a command does not need a value; every other field is then None."""


def _strangers(environ: Mapping[str, str]) -> list[Text]:
    """A misspelt name would otherwise be a setting silently not made."""
    known = [one.name for one in VARIABLES]
    problems = []
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
        problems.append(
            text("check", "{variable} is not a setting. Was this meant: {nearest}", variable=name, nearest=near)
        )
    return problems


def _contradictions(settings: Settings) -> list[Text]:
    """Values that are right alone and wrong together."""
    problems = []
    if settings.customer_token and settings.customer_token == settings.staff_token:
        problems.append(
            text("check", "MEKTUPX_STAFF_TOKEN is the customer bot's token. The staff bot needs a token of its own.")
        )
    if settings.webhook_secret and not settings.public_url:
        problems.append(
            text("check", "MEKTUPX_WEBHOOK_SECRET needs MEKTUPX_PUBLIC_URL, the address that Telegram is to call.")
        )
    if settings.clock and settings.telegram_api and not settings.rehearsal:
        problems.append(
            text(
                "check",
                "MEKTUPX_CLOCK is a test clock and only works with a Telegram API on this machine. Please remove it.",
            )
        )
    real = settings.payment_provider not in (None, PRETENDED)
    if real and settings.credentials_of(settings.payment_provider) is None:
        problems.append(
            text(
                "check",
                "The chosen payment provider has no credentials. Set MEKTUPX_PAYMENT_CREDENTIALS, or add it to"
                " MEKTUPX_PAYMENT_CREDENTIALS_FILE.",
            )
        )
    if real and not settings.public_url:
        problems.append(
            text("check", "MEKTUPX_PUBLIC_URL is not set. The payment institution calls us there after a payment.")
        )
    return problems


def settings_table() -> str:
    """The table of docs/operations.md, in Markdown."""
    lines = ["| Variable | Default | What it says |", "|---|---|---|"]
    for one in VARIABLES:
        default = "**required**" if one.required else f"`{one.default}`" if one.default else "–"
        lines.append(f"| `{one.name}` | {default} | {one.help}{' *Secret.*' if one.secret else ''} |")
    return "\n".join(lines)
