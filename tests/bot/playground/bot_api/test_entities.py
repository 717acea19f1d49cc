"""What Telegram makes of a text: entities by UTF-16, found links, trimmed edges."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.bot_api.entities import detect, parse_html, slice16, trim
from bot.playground.bot_api.refusals import Refusal
from flows.words.text import units


def brief(entities: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(e["type"], e["offset"], e["length"]) for e in entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("düz", "düz", []),
        ("<b>a</b>", "a", [("bold", 0, 1)]),
        ("<B>a</B>", "a", [("bold", 0, 1)]),
        ("<b>a</>", "a", [("bold", 0, 1)]),  # the short end tag is Telegram's too
        ("👋<em>ı</em>", "👋ı", [("italic", 2, 1)]),
        ("<u>a<s>b</s></u>", "ab", [("underline", 0, 2), ("strikethrough", 1, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ('<pre><code class="language-c">a</code></pre>', "a", [("pre", 0, 1)]),
        ("<b></b>a", "a", []),
        ("&lt;b&gt; &amp;amp; &quot; &#304; &#x131; &nbsp;", '<b> &amp; " İ ı &nbsp;', []),
        ("2 < 3".replace("<", "&lt;"), "2 < 3", []),
    ],
)
def test_html(source: str, text: str, entities: list[tuple[Any, ...]]) -> None:
    found_text, found = parse_html(source)
    assert (found_text, brief(found)) == (text, entities)


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start", [("bot_command", 0, 6)]),
        ("🙂 /sablon@mektupx_staff_bot x", [("bot_command", 3, 25)]),
        ("a/b 1/2 http://x.example/y", [("url", 8, 18)]),
        ("ayse@ornek.com yaz", [("email", 0, 14)]),
        ("gmail.com", [("url", 0, 9)]),
        ("@birisi #mektup", [("mention", 0, 7), ("hashtag", 8, 7)]),
        ("ara: +90 555 111 22 33", [("phone_number", 5, 17)]),
        ("/iptal olmasın, /2", [("bot_command", 0, 6), ("bot_command", 16, 2)]),
    ],
)
def test_found_entities(text: str, entities: list[tuple[Any, ...]]) -> None:
    assert brief(detect(text)) == entities


def test_nothing_is_found_inside_code() -> None:
    text, entities = parse_html("<code>/start</code> /start")
    assert brief(detect(text, entities)) == [("code", 0, 6), ("bot_command", 7, 6)]


def test_trimming_moves_entities() -> None:
    assert trim(" \n ab ", [{"type": "bold", "offset": 0, "length": 6}]) == (
        "ab",
        [{"type": "bold", "offset": 0, "length": 2}],
    )


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_comes_back_letter_for_letter(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    found, entities = parse_html(f"<b>{escaped}</b>")
    assert found == text
    assert brief(entities) == ([("bold", 0, units(text))] if text else [])
    assert slice16(text, 0, units(text)) == text


@given(st.text(st.sampled_from("<>/ab =\"'&;ş🙂 "), max_size=30))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except Refusal as refusal:
        assert refusal.description.startswith("Bad Request: can't parse entities: ")
    else:
        assert all(e["offset"] >= 0 and e["offset"] + e["length"] <= units(text) for e in entities)
