"""The operator's environment: read once, every mistake named with its remedy, no secret ever shown."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from pyrage import x25519

from bot.base.setting_types import Credentials
from bot.base.settings import VARIABLES, Settings, SettingsError, read, settings_table

SELLER = """
title = "MektupX Mektup Hizmetleri A.Ş."
mersis = "0123456789012345"
address = "Moda Cad. No: 12, 34710 Kadıköy/İSTANBUL"
phone = "+90 216 555 00 00"
email = "merhaba@mektupx.example"
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The smallest environment `mektupx run` starts with."""
    seller = tmp_path / "seller.toml"
    seller.write_text(SELLER, encoding="utf-8")
    return {
        "MEKTUPX_CUSTOMER_TOKEN": "1000001:" + "c" * 35,
        "MEKTUPX_STAFF_TOKEN": "1000002:" + "s" * 35,
        "MEKTUPX_MASTER_KEY_FILE": str(tmp_path / "master.key"),
        "MEKTUPX_PRINT_SINK": f"folder:{tmp_path}",
        "MEKTUPX_SMTP_URL": "smtps://posta:s3cret@mail.example:465",
        "MEKTUPX_ADMINS": "11, 22",
        "MEKTUPX_SELLER_FILE": str(seller),
        "HOME": "/",
    }


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(environ)
    return str(caught.value).splitlines()


def test_the_smallest_environment_is_enough_and_the_rest_has_defaults(environ: dict[str, str]) -> None:
    settings = read(environ)
    assert settings.admins == {11, 22}
    assert settings.telegram_api == "https://api.telegram.org"
    assert settings.database_url == "sqlite:///mektupx.db"
    assert (settings.listen.host, settings.listen.port) == ("127.0.0.1", 8080)
    assert settings.seller is not None and settings.seller.title == "MektupX Mektup Hizmetleri A.Ş."
    assert (settings.staff_chat, settings.tariff, settings.clock) == (None, None, None)


def test_an_empty_environment_names_every_variable_that_is_needed_at_once() -> None:
    needed = [variable.name for variable in VARIABLES if variable.required]
    assert [line.split()[0] for line in problems({})] == needed


def test_a_command_that_needs_less_asks_for_less() -> None:
    assert read({}, need=()).seller is None
    with pytest.raises(SettingsError, match="MEKTUPX_MASTER_KEY_FILE is not set"):
        read({}, need=("MEKTUPX_MASTER_KEY_FILE",))


def test_a_misspelt_name_is_answered_with_the_nearest(environ: dict[str, str]) -> None:
    environ["MEKTUPX_STAF_CHAT"] = "-100"
    assert problems(environ) == ["MEKTUPX_STAF_CHAT is not a setting. Was this meant: MEKTUPX_STAFF_CHAT"]


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("CUSTOMER_TOKEN", "nonsense", "@BotFather"),
        ("TELEGRAM_API", "api.telegram.org", "https://"),
        ("TELEGRAM_API", "http://[", "https://"),
        ("DATABASE_URL", "mysql://x", "sqlite:///mektupx.db"),
        ("PUBLIC_URL", "http://mektupx.example", "https://"),
        ("LISTEN", "8080", "127.0.0.1:8080"),
        ("LISTEN", "127.0.0.1:99999", "127.0.0.1:8080"),
        ("WEBHOOK_SECRET", "boşluk var", "1 to 256"),
        ("WEBHOOK_SECRET", "a" * 257, "1 to 256"),
        ("PAYMENT_PROVIDER", "Iyzico!", "sandbox"),
        ("PRINT_SINK", "tray", "folder:"),
        ("PRINT_ROOM_KEY", "age1nonsense", "mektupx press key"),
        ("PRINT_ROOM_KEY", "AGE-SECRET-KEY-1QQQ", "stays in the print room"),
        ("PRINT_ROOM_KEY", "/nowhere/keys", "no such file"),
        ("SFTP_KEY_FILE", "/nowhere/key", "no such file"),
        ("SFTP_KNOWN_HOSTS", "/nowhere/known_hosts", "no such file"),
        ("SMTP_URL", "mail.example", "smtps://"),
        ("ADMINS", "Ayşe", "123456789"),
        ("ADMINS", ",", "123456789"),
        ("STAFF_CHAT", "grup", "-1001234567890"),
        ("TARIFF", "/nowhere/tariff.toml", "no such file"),
        ("ENVELOPE", "DL", "`din`, `ptt`, `dl-left`"),
        ("INVOICE_SERIES", "mpx", "MPX"),
        ("INVOICE_SERIES", "ŞPX", "MPX"),
        ("INVOICE_SERIES", "MPX2", "MPX"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_what_is_accepted(
    environ: dict[str, str], name: str, value: str, accepted: str
) -> None:
    environ[f"MEKTUPX_{name}"] = value
    line = problems(environ)[0]
    assert line.startswith(f"MEKTUPX_{name}: ")
    assert accepted in line


@pytest.mark.parametrize("scheme", ["postgresql+asyncpg", "postgresql", "postgres"])
def test_the_address_of_a_server_may_be_written_as_hosts_write_it(environ: dict[str, str], scheme: str) -> None:
    environ["MEKTUPX_DATABASE_URL"] = f"{scheme}://mektupx@db.example/mektupx?sslmode=require"
    assert read(environ).database_url == environ["MEKTUPX_DATABASE_URL"]


@pytest.mark.parametrize(
    ("line", "accepted"),
    [
        ('kep = "merhaba@mektupx.example"', "ornek@hs01.kep.tr"),
        ('tax_number = "1234567891"', "check digit is wrong"),
        ("tax_number = 0123456789", "cannot be read as TOML"),
    ],
    ids=["no KEP address", "a wrong check digit", "a number that begins with zero"],
)
def test_a_field_that_the_seller_need_not_have_must_be_right_all_the_same(
    environ: dict[str, str], line: str, accepted: str
) -> None:
    Path(environ["MEKTUPX_SELLER_FILE"]).write_text(f"{SELLER}\n{line}\n", encoding="utf-8")
    (said,) = problems(environ)
    assert said.startswith("MEKTUPX_SELLER_FILE: ") and accepted in said


@pytest.mark.parametrize("number", ["4540536920", "17291716060"], ids=["a company's", "a person's own"])
def test_the_sellers_registered_mail_and_tax_number_are_read(environ: dict[str, str], number: str) -> None:
    more = f'kep = "mektupx@hs01.kep.tr"\ntax_office = "Fatih"\ntax_number = "{number}"\n'
    Path(environ["MEKTUPX_SELLER_FILE"]).write_text(f"{SELLER}\n{more}", encoding="utf-8")
    seller = read(environ).seller
    assert seller is not None
    assert (seller.kep, seller.tax_office, seller.tax_number) == ("mektupx@hs01.kep.tr", "Fatih", number)


@pytest.mark.parametrize("field", ["title", "mersis", "address", "phone", "email"])
def test_each_missing_field_of_the_seller_is_named(environ: dict[str, str], field: str) -> None:
    path = Path(environ["MEKTUPX_SELLER_FILE"])
    path.write_text("\n".join(line for line in SELLER.splitlines() if not line.startswith(field)), encoding="utf-8")
    assert problems(environ) == [f"MEKTUPX_SELLER_FILE: The file lacks these fields: {field}"]


def test_a_seller_file_that_is_not_toml_is_said_to_be_so(environ: dict[str, str]) -> None:
    Path(environ["MEKTUPX_SELLER_FILE"]).write_text("title: MektupX", encoding="utf-8")
    assert "cannot be read as TOML" in problems(environ)[0]


def test_the_two_bots_have_two_tokens(environ: dict[str, str]) -> None:
    environ["MEKTUPX_STAFF_TOKEN"] = environ["MEKTUPX_CUSTOMER_TOKEN"]
    assert "a token of its own" in problems(environ)[0]


def test_a_webhook_needs_an_address_and_an_address_alone_is_not_a_webhook(environ: dict[str, str]) -> None:
    environ["MEKTUPX_PUBLIC_URL"] = "https://mektupx.example/"
    assert not read(environ).webhooks
    assert read(environ | {"MEKTUPX_WEBHOOK_SECRET": "s3cret"}).webhooks
    assert read(environ).public_url == "https://mektupx.example"
    del environ["MEKTUPX_PUBLIC_URL"]
    assert "MEKTUPX_PUBLIC_URL" in problems(environ | {"MEKTUPX_WEBHOOK_SECRET": "s3cret"})[0]


def test_the_test_clock_never_meets_the_real_telegram(environ: dict[str, str]) -> None:
    environ["MEKTUPX_CLOCK"] = "/tmp/clock"
    assert "MEKTUPX_CLOCK is a test clock" in problems(environ)[0]
    for here in ("http://127.0.0.1:9999", "http://localhost:9999", "http://[::1]:9999"):
        assert read(environ | {"MEKTUPX_TELEGRAM_API": here}).clock == Path("/tmp/clock")
    assert problems(environ | {"MEKTUPX_TELEGRAM_API": "http://127.0.0.1.example:9999"})


def test_the_sandbox_with_real_senders_is_warned_about(environ: dict[str, str]) -> None:
    assert read(environ).warnings()
    assert not read(environ | {"MEKTUPX_TELEGRAM_API": "http://127.0.0.1:9999"}).warnings()
    assert not read(environ | REAL | {"MEKTUPX_PAYMENT_CREDENTIALS": "key:secret"}).warnings()


def test_an_institutions_own_sandbox_with_real_senders_is_warned_about(environ: dict[str, str]) -> None:
    (warning,) = read(environ | REAL | {"MEKTUPX_PAYMENT_CREDENTIALS": "sandbox-key:secret"}).warnings()
    assert "without real money" in warning.message


REAL = {"MEKTUPX_PAYMENT_PROVIDER": "iyzico", "MEKTUPX_PUBLIC_URL": "https://mektupx.example"}


def test_a_real_payment_provider_needs_its_credentials_and_an_address_to_call(environ: dict[str, str]) -> None:
    without = {name: value for name, value in REAL.items() if name == "MEKTUPX_PAYMENT_PROVIDER"}
    credentials, address = problems(environ | without)
    assert "MEKTUPX_PAYMENT_CREDENTIALS" in credentials and "MEKTUPX_PUBLIC_URL" in address


def credentials_file(folder: Path, words: str, mode: int = 0o600) -> dict[str, str]:
    file = folder / "credentials.toml"
    file.write_text(words)
    file.chmod(mode)
    return REAL | {"MEKTUPX_PAYMENT_CREDENTIALS_FILE": str(file)}


def test_one_file_holds_the_credentials_of_every_institution(environ: dict[str, str], tmp_path: Path) -> None:
    words = '[iyzico]\ncredentials = "key:canary"\napi = "http://127.0.0.1:9/"\n[paytr]\ncredentials = "1:k:s"\n'
    settings = read(environ | credentials_file(tmp_path, words))
    assert settings.credentials_of("iyzico") == Credentials("key:canary", "http://127.0.0.1:9")
    assert settings.credentials_of("paytr") == Credentials("1:k:s")
    assert settings.credentials_of("craftgate") is None
    assert "canary" not in repr(settings)


# what is wrong with the file -> its words, its mode, what is said
WRONG_FILES = {
    "others can read it": ('[iyzico]\ncredentials = "key:canary"', 0o640, "chmod 600"),
    "no TOML": ("key:canary", 0o600, "cannot be read as TOML"),
    "no table": ('iyzico = "key:canary"', 0o600, "[iyzico] and below it"),
    "no credentials": ('[iyzico]\nkey = "canary"', 0o600, "[iyzico] and below it"),
    "an address without a scheme": ('[iyzico]\ncredentials = "key:canary"\napi = "iyzipay"', 0o600, "whole address"),
    "none for the chosen one": ('[paytr]\ncredentials = "1:canary:s"', 0o600, "has no credentials"),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_file_of_credentials_that_cannot_be_used_is_named_without_its_secrets(
    environ: dict[str, str], tmp_path: Path, name: str
) -> None:
    words, mode, sentence = WRONG_FILES[name]
    found = problems(environ | credentials_file(tmp_path, words, mode))
    assert sentence in found[0] and "canary" not in " ".join(found)


def test_no_secret_is_in_the_repr(environ: dict[str, str]) -> None:
    environ |= {
        "MEKTUPX_DATABASE_URL": "postgresql+asyncpg://app:canary-db@db/mektupx",
        "MEKTUPX_PUBLIC_URL": "https://mektupx.example",
        "MEKTUPX_WEBHOOK_SECRET": "canary-hook",
        "MEKTUPX_PAYMENT_CREDENTIALS": "canary-pay",
        "MEKTUPX_PRINT_SINK": "sftp:clerk:canary-sink@print",
    }
    settings = read(environ)
    secrets = [variable for variable in VARIABLES if variable.secret]
    assert len(secrets) == 7
    for variable in secrets:
        value = environ[variable.name]
        assert getattr(settings, variable.field) == value  # it is there …
        assert value not in repr(settings)  # … and not shown
    assert "canary" not in repr(settings)


def test_every_field_of_the_settings_has_one_variable_and_a_secret_one_no_repr() -> None:
    shown = {field.name: field.repr for field in fields(Settings)}
    assert sorted(shown) == sorted(variable.field for variable in VARIABLES)
    assert [variable.name for variable in VARIABLES if variable.secret and shown[variable.field]] == []


def test_the_table_of_the_readme_has_a_line_for_each_variable() -> None:
    lines = settings_table().splitlines()[2:]
    assert [line.split("`")[1] for line in lines] == [variable.name for variable in VARIABLES]
    assert all(line.count("|") == 4 for line in lines)


def test_the_print_rooms_keys_stand_in_the_setting_or_in_a_file(environ: dict[str, str], tmp_path: Path) -> None:
    keys = tuple(str(x25519.Identity.generate().to_public()) for _ in range(2))
    environ["MEKTUPX_PRINT_ROOM_KEY"] = ", ".join(keys)
    assert read(environ).print_room_key == keys
    (tmp_path / "keys").write_text(f"# Ayşe's\n{keys[0]}\n\n{keys[1]}\n", encoding="utf-8")
    environ["MEKTUPX_PRINT_ROOM_KEY"] = str(tmp_path / "keys")
    assert read(environ).print_room_key == keys


def test_a_private_key_that_others_can_read_is_refused(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "key").write_text("secret")
    (tmp_path / "key").chmod(0o640)
    environ["MEKTUPX_SFTP_KEY_FILE"] = str(tmp_path / "key")
    assert "chmod 600" in problems(environ)[0]
