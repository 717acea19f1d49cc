"""Pages without margin boxes lose nothing, and a page with one keeps it."""

from __future__ import annotations

import pytest

from rendering import typesetting
from rendering.engine import margins


@pytest.mark.parametrize("place", ["top-left-corner", "top-center", "left-middle", "right-bottom", "bottom-right"])
def test_a_box_with_content_is_made(place: str) -> None:
    document = typesetting.render("<p>Metin</p>", f'@page {{ @{place} {{ content: "kenar" }} }}')
    boxes = [box.at_keyword for box in document.pages[0]._page_box.children if hasattr(box, "at_keyword")]
    assert boxes == [f"@{place}"]


def test_nothing_is_measured_where_nothing_is_to_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(margins, "_theirs", None)
    document = typesetting.render("<p>Metin</p>", "@page { @bottom-right { content: none } }")
    assert [box.element_tag for box in document.pages[0]._page_box.children] == ["html"]
