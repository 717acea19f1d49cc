"""The notice names the recipients that the operator's own settings switch on (KVKK m.10/1-c)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.base.settings import read
from bot.service.core import core
from flows.core.events import Person
from flows.core.state import Standing
from tests.bot.service.test_service import environment

HOSTING = '\nhosting = "Örnek Barındırma A.Ş."\n'
SETTINGS: dict[str, tuple[dict[str, str], str, set[str]]] = {
    "a tray in the house": ({}, "", set()),
    "a print house": ({"MEKTUPX_PRINT_SINK": "sftp://mektupx@print.example:22/in"}, "", {"matbaa:"}),
    "somebody else's machines": ({}, HOSTING, {"Örnek Barındırma A.Ş.:"}),
}
"""What is set, what the seller file says besides, and who is then named."""


def given(folder: Path, changed: dict[str, str], besides: str) -> dict[str, str]:
    environ = environment(folder) | changed
    seller = Path(environ["MEKTUPX_SELLER_FILE"])
    seller.write_text(seller.read_text("utf-8") + besides, "utf-8")
    return environ


@pytest.mark.parametrize("case", SETTINGS)
async def test_the_notice_follows_the_settings(tmp_path: Path, case: str) -> None:
    changed, besides, named = SETTINGS[case]
    async with core(read(given(tmp_path, changed, besides))) as opened:
        notice = opened.documents.shown("notice", Standing(Person("telegram", "1"))).text
    assert "posta işletmesi:" in notice
    assert {who for who in ("matbaa:", "Örnek Barındırma A.Ş.:") if who in notice} == named
