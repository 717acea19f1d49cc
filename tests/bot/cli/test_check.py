"""`mektupx check`: what is in order is said so; what is not comes with the remedy, in both languages."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest
from pyrage import x25519

from bot.base.setting_types import Credentials, Listen, Seller
from bot.base.settings import Settings, SettingsError, read
from bot.cli.check import CHECKS, Finding, diagnose, refused
from bot.payments.provider import Institution, ProviderError
from bot.payments.registry import PROVIDERS
from bot.printer.folder import FolderSink
from flows.words.text import Text, text
from locales import LANGUAGES, say
from rendering import faces
from storage.keys.keyring import Keyring
from tests.fakes import FakeClock, Purse


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A house in order, in one folder."""
    Keyring.init(tmp_path / "master.key", tmp_path / "keys.db").close()
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        free = trial.getsockname()[1]
    return replace(
        read({"MEKTUPX_DATABASE_URL": f"sqlite:///{tmp_path}/mektupx.db"}, need=()),
        master_key_file=tmp_path / "master.key",
        key_store=tmp_path / "keys.db",
        print_sink=f"folder:{tmp_path}",
        seller=Seller("MektupX", "0123456789012345", "Moda", "+902165550000", "merhaba@mektupx.example"),
        telegram_api="http://127.0.0.1:1",
        listen=Listen("127.0.0.1", free),
    )


async def finding(settings: Settings, name: str) -> Finding:
    (found,) = [one for one in await diagnose(settings) if one.name == name]
    return found


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def said(one: Finding) -> str:
    assert one.remedy is not None
    return say(one.remedy, "en")


async def test_a_house_in_order_has_nothing_to_mend(settings: Settings) -> None:
    found = await diagnose(settings)
    assert [one for one in found if not one.ok] == []
    assert len(found) == len(CHECKS) == len({one.name for one in found})


async def test_checking_leaves_nothing_behind(settings: Settings, tmp_path: Path) -> None:
    before = names_in(tmp_path)
    await diagnose(settings)
    assert names_in(tmp_path) == before


async def test_each_finding_that_is_not_ok_has_a_remedy_in_every_language(settings: Settings, tmp_path: Path) -> None:
    broken = replace(
        settings,
        seller=None,
        master_key_file=None,
        database_url="postgresql+asyncpg://nobody@127.0.0.1:1/none",
        key_store=tmp_path / "nowhere" / "keys.db",
        print_sink="pigeon:post",
        payment_provider="papara",
        listen=Listen("203.0.113.1", 80),
    )
    bad = [one for one in await diagnose(broken) if not one.ok]
    assert {one.name for one in bad} == {"seller", "invoices", "key", "database", "disk", "printer", "payments", "port"}
    for one in bad:
        assert one.remedy is not None
        assert all(say(words, language) for words in (one.sentence, one.remedy) for language in LANGUAGES)


TITLE, PLACE = (
    "Örnek Mektup ve Kâğıt Hizmetleri Sanayi ve Ticaret Limited Şirketi",
    "Moda Cad. No: 12, 34710 Kadıköy/İSTANBUL",
)
# what is otherwise in the seller file -> the remedy; "" where it is printed
SELLERS = {
    "a company's title": ({"title": TITLE}, ""),
    "a title of many words": (
        {"title": f"{TITLE} " * 6},
        r"Shorten the title .* has room for (\d+) of its 402 characters",
    ),
    "a long e-mail address": ({"email": "a" * 900 + "@b.example"}, "Choose a shorter e-mail address"),
    "an address of two lines": ({"address": f"Caferağa Mahallesi, {PLACE}"}, ""),
    "an address of many parts": ({"address": f"Caferağa Mahallesi, {PLACE}, " * 3}, "Shorten the address"),
    "a letter that the face of the notice has, and that of a letter has not": ({"title": "Mektup \u08a1"}, ""),
    "a letter that no face has": ({"title": "Mektup \ue000"}, "these characters of the seller file: \ue000"),
}


@pytest.mark.parametrize("case", SELLERS)
async def test_a_seller_who_does_not_fit_on_a_letter_is_found_before_any_letter_is_refused(
    case: str, settings: Settings
) -> None:
    changes, remedy = SELLERS[case]
    assert settings.seller is not None
    one = await finding(replace(settings, seller=replace(settings.seller, **changes)), "seller")
    assert one.ok == (not remedy)
    assert remedy == "" or re.search(remedy, said(one))


async def test_a_title_of_as_many_characters_as_there_is_room_for_fits(settings: Settings) -> None:
    assert settings.seller is not None
    long = f"{TITLE} " * 6
    one = await finding(replace(settings, seller=replace(settings.seller, title=long)), "seller")
    (most,) = re.findall(r"has room for (\d+)", said(one))
    for length, fits in ((int(most), True), (int(most) + 1, False)):
        cut = replace(settings, seller=replace(settings.seller, title=long[:length]))
        assert (await finding(cut, "seller")).ok == fits


def tariff_file(tmp_path: Path, stands: str = "", instead: str = "") -> Path:
    """The sample with something else in it."""
    words = resources.files("flows.data").joinpath("tariff.toml").read_text("utf-8")
    assert stands in words
    file = tmp_path / "tariff.toml"
    file.write_text(words.replace(stands, instead, 1), encoding="utf-8")
    return file


# what stands in the operator's tariff file, what is written instead -> how its finding is said
TARIFFS = {
    "in order": ("", "", "Tariff: 2026-1"),
    "without a VAT rate": (
        "vat_percent = 20", "", "[[prices]] from 2026-01-01: vat_percent is not a whole number from 0 to 100.",
    ),
    "no TOML": ("[paper]", "[paper", "The tariff file is not valid TOML"),
    "not in force yet": (
        "valid_from = 2026-01-01", "valid_from = 2099-01-01", "its first ones start on 2099-01-01.",
    ),
    "in force no more": (
        "vat_percent = 20", "vat_percent = 20\nvalid_until = 2026-02-01",
        "its last ones ended on 2026-02-01. Add a [[prices]] table.",
    ),
    "ending soon": (
        "vat_percent = 20", "vat_percent = 20\nvalid_until = 2026-12-15",
        "Tariff: 2026-1. Its prices end on 15 December 2026; add the next ones before.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TARIFFS)
async def test_a_tariff_is_looked_at_before_the_start(
    name: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands, instead, sentence = TARIFFS[name]
    monkeypatch.setattr("bot.cli.check.clock_of", lambda _: FakeClock(datetime(2026, 11, 22, 9, tzinfo=UTC)))
    one = await finding(replace(settings, tariff=tariff_file(tmp_path, stands, instead)), "tariff")
    assert one.ok == sentence.startswith("Tariff")
    assert sentence in say(one.remedy or one.sentence, "en").replace("\u00a0", " ")


async def test_the_sample_tariff_is_named_as_one(settings: Settings) -> None:
    found = await finding(settings, "tariff")
    assert found.ok and say(found.sentence, "en") == "Tariff: 2026-1, the sample. Set MEKTUPX_TARIFF to your own."


async def test_a_wrong_master_key_is_found(settings: Settings) -> None:
    assert settings.master_key_file is not None
    settings.master_key_file.write_text("00" * 32)
    assert "master key" in said(await finding(settings, "key"))


async def test_a_master_key_others_can_read_is_found(settings: Settings) -> None:
    assert settings.master_key_file is not None
    settings.master_key_file.chmod(0o644)
    assert said(await finding(settings, "key")).endswith(f"chmod 600 {settings.master_key_file}")


async def test_a_file_that_is_no_database_is_found(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "mektupx.db").write_text("a letter, not a database, and long enough to be read as one" * 20)
    assert not (await finding(settings, "database")).ok


async def test_a_database_that_is_there_is_opened(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "mektupx.db").touch()
    assert (await finding(settings, "database")).sentence.message == "The database answers."


@pytest.mark.parametrize("name", ["disk", "printer"])
async def test_a_folder_that_cannot_be_written_to_is_found(settings: Settings, tmp_path: Path, name: str) -> None:
    gone = tmp_path / "gone"
    broken = replace(settings, key_store=gone / "keys.db", print_sink=f"folder:{gone}")
    assert str(gone) in said(await finding(broken, name))


async def test_a_read_only_disk_is_found(settings: Settings) -> None:
    assert "/proc" in said(await finding(replace(settings, print_sink="folder:/proc"), "printer"))


async def test_a_tray_in_which_letters_lie_readable_is_a_doubt_and_a_sealed_one_is_not(settings: Settings) -> None:
    key = str(x25519.Identity.generate().to_public())
    plain, sealed = (
        await finding(settings, "printer"),
        await finding(replace(settings, print_room_key=(key,)), "printer"),
    )
    assert plain.ok and "MEKTUPX_PRINT_ROOM_KEY" in say(plain.sentence, "en")
    assert sealed.ok and say(sealed.sentence, "en") == "The print sink is there: folder"


@pytest.mark.parametrize("scheme", ["ipp", "ipps"])
async def test_a_printer_that_is_off_is_found(settings: Settings, scheme: str) -> None:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        found = await finding(
            replace(settings, print_sink=f"{scheme}://127.0.0.1:{trial.getsockname()[1]}/ipp/print"), "printer"
        )
    assert not found.ok and "cannot be reached" in said(found)


async def test_a_tray_that_cannot_be_written_to_has_its_remedy_in_the_operators_language(
    settings: Settings, tmp_path: Path
) -> None:
    one = await finding(replace(settings, print_sink=f"folder:{tmp_path}/nowhere"), "printer")
    assert not one.ok and one.remedy is not None
    assert say(one.remedy, "en").startswith("Make the folder") and str(tmp_path) in say(one.remedy, "tr")
    assert say(one.remedy, "en") != say(one.remedy, "tr")


async def test_all_that_is_hardly_meant_of_a_printer_is_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def probe(_: FolderSink) -> Sequence[Text]:
        return text("check", "A setting needs a look."), text("check", "The settings are complete.")

    monkeypatch.setattr(FolderSink, "probe", probe)
    one = await finding(settings, "printer")
    assert one.ok and say(one.sentence, "en").split("\n") == ["A setting needs a look.", "The settings are complete."]


async def test_a_print_house_without_keys_is_found(settings: Settings) -> None:
    found = await finding(replace(settings, print_sink="sftp://clerk@127.0.0.1:1/in"), "printer")
    assert not found.ok and "MEKTUPX_SFTP_KNOWN_HOSTS" in said(found)


def no_face(*_: object) -> None:
    raise faces.FacesMissing("Font Noto Serif is missing: apt-get install fonts-noto-core")


async def test_a_missing_typeface_is_found(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "missing", lambda: ("Font Noto Serif is missing: apt-get install fonts-noto-core",))
    monkeypatch.setattr(faces, "metrics", no_face)
    monkeypatch.setattr(faces, "unprintable", no_face)
    assert (await finding(settings, "seller")).ok  # the one sentence about it is that of the faces
    assert said(await finding(settings, "fonts")) == "Font Noto Serif is missing: apt-get install fonts-noto-core"


async def test_a_machine_without_fontconfig_is_found(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.check.shutil.which", lambda _: None)
    assert "apt-get install" in said(await finding(settings, "fonts"))
    assert "fontconfig" in said(await finding(settings, "fonts"))


async def test_missing_system_libraries_are_found(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_pango() -> tuple[str, ...]:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(faces, "missing", without_pango)
    assert "libpango-1.0-0" in said(await finding(settings, "fonts"))


class _Refusing(Purse):
    async def probe(self) -> None:
        raise ProviderError("The key is not known there.", retry=False)


async def test_the_payment_institution_is_asked_with_our_credentials(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    purse = Purse()
    monkeypatch.setitem(PROVIDERS, "purse", Institution(lambda access: purse))
    real = replace(settings, payment_provider="purse", public_url="https://mektupx.example")
    found = await finding(real, "payments")
    assert found.ok and purse.calls == [("probe", ""), ("close", "")]
    assert "https://mektupx.example/payments/purse" in say(found.sentence, "en")
    monkeypatch.setitem(PROVIDERS, "purse", Institution(lambda access: _Refusing()))
    assert said(await finding(real, "payments")) == "The key is not known there."


async def test_an_institution_that_there_is_not_is_named_with_those_there_are(settings: Settings) -> None:
    assert "accepted: " in said(await finding(replace(settings, payment_provider="papara"), "payments"))


async def test_a_busy_port_is_found(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        busy = replace(settings, listen=Listen("127.0.0.1", other.getsockname()[1]))
        assert "MEKTUPX_LISTEN" in said(await finding(busy, "port"))


async def test_the_sandbox_with_the_real_telegram_is_said_without_stopping(settings: Settings) -> None:
    found = await finding(replace(settings, telegram_api="https://api.telegram.org"), "settings")
    assert found.ok and "sandbox" in say(found.sentence, "en")


def test_settings_that_cannot_be_read_are_findings_too() -> None:
    problem = text("check", "{variable} is not set. Please set it.", variable="MEKTUPX_ADMINS")
    (found,) = refused(SettingsError(problem))
    assert not found.ok and found.remedy is problem


# a table of the credentials file for an institution of before -> what the operator reads
FORMER = {
    "misspelt": ("iyzco", "key:secret", "accepted: "),
    "credentials that cannot be read": ("paytr", "123456", "merchant_id:merchant_key:merchant_salt"),
    "refused": ("refusing", "key:secret", "The key is not known there."),
}


@pytest.mark.parametrize("name", FORMER)
async def test_an_institution_of_before_is_looked_at_too_because_the_service_would_not_start(
    name: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, given, sentence = FORMER[name]
    monkeypatch.setitem(PROVIDERS, "refusing", Institution(lambda access: _Refusing()))
    found = await finding(replace(settings, payment_credentials_file={former: Credentials(given)}), "payments")
    assert not found.ok and say(found.sentence, "en") == f"The payment institution cannot be used: {former}"
    assert sentence in said(found)
