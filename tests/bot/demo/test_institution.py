"""The demo can be played at a pretended institution; another name is refused with those there are."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.base.settings import read
from bot.demo.institution import PRETENDED, Beside
from tests.fakes import FakeClock


@pytest.mark.parametrize("name", ["iyzico", "paytr"])
async def test_its_settings_are_an_operators(name: str, tmp_path: Path) -> None:
    beside = Beside(name, tmp_path, FakeClock())
    await beside.start()
    settings = read(beside.settings("127.0.0.1:8080"), need=())
    await beside.stop()
    given = settings.credentials_of(name)
    assert settings.payment_provider == name and settings.public_url == "http://127.0.0.1:8080"
    assert given is not None and given.api.startswith("http://127.0.0.1:")
    assert stat.S_IMODE((tmp_path / "institutions.toml").stat().st_mode) == 0o600
    assert not beside.busy


def test_another_one_is_refused_with_those_there_are(tmp_path: Path) -> None:
    assert set(PRETENDED) == {"iyzico", "paytr"}
    with pytest.raises(ValueError, match="accepted: sandbox, iyzico, paytr"):
        Beside("papara", tmp_path, FakeClock())
