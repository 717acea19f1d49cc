"""How one setting is read: a word of the environment becomes a value, or a sentence that says what is accepted."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import time
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from stdnum.tr import tckimlik, vkn

from flows.invoice.document import SERIES
from flows.words.text import Text, Verbatim, text
from rendering.layout.envelopes import LAYOUTS

__all__ = [
    "Credentials",
    "Listen",
    "Seller",
    "SettingRefused",
    "chat",
    "credentials",
    "cut_off",
    "database_url",
    "envelope",
    "existing_file",
    "invoice_series",
    "listen",
    "loopback",
    "mail_address",
    "path",
    "people",
    "private_file",
    "provider",
    "public_url",
    "seller",
    "sink",
    "token",
    "web_address",
    "webhook_secret",
    "words",
]


class SettingRefused(Exception):
    """One value that cannot be used, and the sentence that says what is accepted."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the web server waits: webhooks, payment callbacks, health, metrics."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a payment institution issued, as one string ("key:secret"), and the root of its interface where it is not
    the usual one ("" otherwise)."""

    secret: str = field(repr=False)
    api: str = ""


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells, prints and answers: stands in the notice, the contract and on the envelope."""

    title: str
    mersis: str
    address: str
    phone: str
    email: str
    kep: str = ""  # registered e-mail, where the seller has one
    tax_office: str = ""
    tax_number: str = ""
    hosting: str = ""  # the company on whose machines the service runs, where they are not the seller's own


def words(value: str) -> str:
    return value


def token(value: str) -> str:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]{30,}", value):
        raise SettingRefused(text("check", "Copy the whole token from @BotFather. Example: 123456789:AAF…"))
    return value


def _url(value: str, schemes: Collection[str]) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        examples = " ".join(f"{scheme}://" for scheme in schemes)
        raise SettingRefused(
            text("check", "Write a whole address. It begins with one of these: {schemes}", schemes=examples)
        )
    return value.rstrip("/")


def web_address(value: str) -> str:
    return _url(value, ("https", "http"))


def mail_address(value: str) -> str:
    return _url(value, ("smtp", "smtps", "smtp+starttls"))


def public_url(value: str) -> str:
    address = _url(value, ("https", "http"))
    if not address.startswith("https://") and not loopback(address):
        raise SettingRefused(text("check", "Telegram and the payment institution only call an https:// address."))
    return address


def database_url(value: str) -> str:
    if not re.match(r"(sqlite(\+aiosqlite)?|postgres|postgresql(\+asyncpg)?)://", value):
        raise SettingRefused(
            text("check", "Use SQLite or PostgreSQL. Example: sqlite:///mektupx.db"),
        )
    return value


def path(value: str) -> Path:
    return Path(value).expanduser()


def existing_file(value: str) -> Path:
    file = path(value)
    if not file.is_file():
        raise SettingRefused(text("check", "There is no such file. Looked at: {path}", path=str(file)))
    return file


def private_file(value: str) -> Path:
    """One that holds a secret: nobody else may read it."""
    file = existing_file(value)
    if file.stat().st_mode & 0o077:
        raise SettingRefused(
            text("check", "Other users of this machine can read the file. Run this: {command}",
                 command=f"chmod 600 {file}")
        )  # fmt: skip
    return file


def listen(value: str) -> Listen:
    host, colon, port = value.rpartition(":")
    if not colon or not host or not re.fullmatch(r"\d{1,5}", port) or int(port) > 65535:
        raise SettingRefused(text("check", "Write host and port. Example: 127.0.0.1:8080"))
    return Listen(host.strip("[]"), int(port))


def webhook_secret(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value):  # Bot API, setWebhook: secret_token
        raise SettingRefused(text("check", "Telegram accepts 1 to 256 characters of A-Z, a-z, 0-9, _ and -."))
    return value


def provider(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise SettingRefused(text("check", "Write the provider's short name. Example: sandbox"))
    return value


def credentials(value: str) -> Mapping[str, Credentials]:
    """A TOML file with a table for each institution: credentials = "key:secret", and api where it is another one."""
    file = private_file(value)
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingRefused(
            text("check", "The file cannot be read as TOML. Look at: {path}", path=str(file))
        ) from error
    found = {}
    for name, table in tables.items():
        given = table if isinstance(table, dict) else {}
        secret, api = given.get("credentials"), given.get("api", "")
        known = not given.keys() - {"credentials", "api"}
        if not (isinstance(secret, str) and secret and isinstance(api, str) and known):
            raise SettingRefused(
                text(
                    "check",
                    "The file needs a table for each institution. Example: [iyzico] and below it"
                    ' credentials = "key:secret". Look at: {table}',
                    table=name,
                )
            )
        found[name] = Credentials(secret, web_address(api) if api else "")
    return found


def sink(value: str) -> str:
    kind, colon, rest = value.partition(":")
    if not colon or not kind.isalnum() or not rest:
        raise SettingRefused(text("check", "Write the kind of sink and its place. Example: folder:/srv/mektupx/tray"))
    return value


def cut_off(value: str) -> time | None:
    """An hour of the day; None prints without one."""
    if value.lower() == "continuous":
        return None
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", value, re.ASCII)
    if found is None:
        raise SettingRefused(text("check", "Write an hour, or the word continuous. Example: 14:00"))
    return time(int(found[1]), int(found[2]))


def people(value: str) -> frozenset[int]:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not parts or not all(re.fullmatch(r"[1-9]\d{0,15}", part) for part in parts):
        raise SettingRefused(
            text("check", "Write Telegram user ids, separated by commas. Example: 123456789,987654321")
        )
    return frozenset(map(int, parts))


def chat(value: str) -> int:
    if not re.fullmatch(r"-?[1-9]\d{0,15}", value):
        raise SettingRefused(text("check", "Write the group's numeric id. Example: -1001234567890"))
    return int(value)


def seller(value: str) -> Seller:
    file = existing_file(value)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingRefused(
            text("check", "The file cannot be read as TOML. Look at: {path}", path=str(file))
        ) from error
    given = {one.name: str(table.get(one.name, "")).strip() for one in fields(Seller)}
    missing = [one.name for one in fields(Seller) if one.default is MISSING and not given[one.name]]
    if missing:
        raise SettingRefused(text("check", "The file lacks these fields: {names}", names=", ".join(missing)))
    if not re.fullmatch(r"\d{16}", re.sub(r"[\s.-]", "", given["mersis"])):
        raise SettingRefused(text("check", "The field mersis is the seller's MERSİS number, sixteen digits."))
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", given["email"]):
        raise SettingRefused(text("check", "The field email is not an e-mail address. Example: merhaba@example.com"))
    if given["kep"] and not re.fullmatch(r"[^@\s]+@[^@\s]+\.kep\.tr", given["kep"]):
        raise SettingRefused(text("check", "The field kep is not a KEP address. Example: ornek@hs01.kep.tr"))
    if given["tax_number"] and not (vkn.is_valid(given["tax_number"]) or tckimlik.is_valid(given["tax_number"])):
        raise SettingRefused(
            text(
                "check",
                "The field tax_number is neither a tax number (VKN, ten digits) nor a Turkish identity number (eleven"
                " digits): its check digit is wrong. Write it in quotes, or a leading zero is lost.",
            )
        )
    return Seller(**given)


def invoice_series(value: str) -> str:
    if not SERIES.fullmatch(value):
        raise SettingRefused(text("check", "Write three capital letters from A to Z. Example: MPX"))
    return value


def envelope(value: str) -> str:
    if value not in LAYOUTS:
        accepted = Verbatim(", ".join(f"`{name}`" for name in LAYOUTS))
        raise SettingRefused(text("check", "Write one of these layouts: {layouts}", layouts=accepted))
    return value


def loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
