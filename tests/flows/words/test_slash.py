"""A slash command is told by its words, however a Turkish keyboard writes them; a sentence about one is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.words.slash import Slash, slash
from flows.words.turkish import fold

COMMANDS: dict[str, tuple[str, str]] = {
    # typed: the name by which it is looked up, the words after it
    "/iptal": ("iptal", ""),
    "/İptal": ("iptal", ""),
    "/IPTAL": ("iptal", ""),
    "/i\u0307ptal": ("iptal", ""),  # what a computer makes of İ in small letters
    "/I\u0307PTAL": ("iptal", ""),
    "/yardım": ("yardim", ""),
    "/YARDIM": ("yardim", ""),
    "/siparişler": ("siparisler", ""),
    "/SİPARİŞLER": ("siparisler", ""),
    "/KVKK_YENİ silme MX000123 …": ("kvkk_yeni", "silme MX000123 …"),
    "/destek Mektubum nerede?": ("destek", "Mektubum nerede?"),
    "/destek\nMektubum\nnerede?": ("destek", "Mektubum\nnerede?"),
    "/destek\u00a0Merhaba": ("destek", "Merhaba"),
    "/destek: Mektubum nerede?": ("destek", "Mektubum nerede?"),
    "/iptal.": ("iptal", ""),
    "/yardım!": ("yardim", ""),
    "/iptal@mektupx_bot": ("iptal", ""),
    "/İptal@MektupX_Bot lütfen": ("iptal", "lütfen"),
    " /iptal ": ("iptal", ""),
    "\u200b/iptal\u200f": ("iptal", ""),
    "\ufeff /ip\u00adtal": ("iptal", ""),
}


@pytest.mark.parametrize("typed", COMMANDS)
def test_a_command_is_understood_however_it_is_typed(typed: str) -> None:
    found = slash(typed)
    assert found is not None
    assert (fold(found.name), found.words) == COMMANDS[typed]


@pytest.mark.parametrize(
    ("typed", "bot"), [("/iptal", ""), ("/iptal@OtherBot", "OtherBot"), ("/yardım@mektupx_bot x", "mektupx_bot")]
)
def test_the_bot_that_is_named_is_told(typed: str, bot: str) -> None:
    found = slash(typed)
    assert found is not None and found.bot == bot


@pytest.mark.parametrize(
    "typed",
    ["", "/", "/ iptal", "//iptal", "/2", "/34 plakalı", "/home/isil", "/iptal/", "/iptal@", "/iptal'e bastım",
     "/iptal’i yazdım", "iptal", "ve/veya /iptal", "dedim ki /iptal", "/😀", "/" + "a" * 65],
)  # fmt: skip
def test_what_is_no_command_is_none(typed: str) -> None:
    assert slash(typed) is None


@given(st.text(max_size=60) | st.text(max_size=60).map("/".__add__))
def test_any_text_is_read(typed: str) -> None:
    """A command or none, never an exception; its words are words that were typed."""
    found = slash(typed)
    assert found is None or found.bot or found == slash(f"/{found.name} {found.words}")


def test_a_command_is_a_value() -> None:
    assert slash("/destek a") == Slash("destek", "", "a")
