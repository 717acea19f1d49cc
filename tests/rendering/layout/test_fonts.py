"""An operator learns which font package is missing before a sender meets a box."""

from __future__ import annotations

import pytest

from rendering.layout import fonts


def test_nothing_is_missing_here() -> None:
    assert fonts.missing() == ()


def test_a_missing_font_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    present = tuple(face for face in fonts.installed() if face.family != fonts.EMOJI_FACE)
    monkeypatch.setattr(fonts, "installed", lambda: present)
    assert fonts.missing() == ("Font Noto Color Emoji is missing: apt-get install fonts-noto-color-emoji",)
    with pytest.raises(FileNotFoundError, match="apt-get install fonts-noto-color-emoji"):
        fonts.file_of(fonts.EMOJI_FACE)


def test_the_width_of_a_line_is_the_sum_of_its_letters() -> None:
    metrics = fonts.metrics(fonts.ADDRESS_FACE)
    assert metrics.width("", 10) == 0
    assert metrics.width("ıı", 10) == pytest.approx(2 * metrics.width("ı", 10))
    assert metrics.width("M", 20) == pytest.approx(2 * metrics.width("M", 10))
    assert metrics.width("漢", 10) == 10  # a character of another face counts as a full square


def test_fontconfig_and_the_font_file_agree() -> None:
    assert set(fonts.metrics("Noto Sans").widths) - {0, 13} <= fonts.covered("Noto Sans") | {0x00A0, 0x00AD, 0xFEFF}
