"""How wide a line of an address prints, in millimetres, so that lines break where the paper needs it."""

from __future__ import annotations

import unicodedata

import regex  # type: ignore[import-untyped]

__all__ = ["COLUMN", "too_wide", "width"]

COLUMN = 65.0
"""Millimetres of a line that an envelope's window always shows (rendering/layout/geometry.py: COLUMN)."""
_POINT = 25.4 / 72
_SIZE = 10.0 * _POINT  # the type of the address
_SLACK = 0.3  # millimetres: pairs of letters may stand a little further apart than their widths add up to

_ADVANCES = {
    175: "‘’", 225: "'¸", 258: "ijlìíîïĩīĭįıĵĺļľł", 260: " \u00a0", 268: ",.:;·ŀ", 269: "!¡", 273: "JĴ", 281: "`´",
    300: "()", 322: "-‐‑", 329: "[]", 339: "IÌÍÎÏĨĪĬĮİ", 344: "f", 350: "²³¹", 357: "ª", 359: "“”", 361: "tţťŧț",
    372: "/\\", 376: "º•", 380: "{}", 408: '"', 413: "rŕŗř", 428: "°", 434: "?¿", 444: "_", 470: "zźżž",
    479: "sśŝşšș", 480: "cçćĉċč", 500: "¯–", 508: "v", 509: "«»", 510: "yýÿŷ", 513: "§", 516: "ĳ", 519: "F",
    524: "LĹĻĽĿŁ", 529: "x", 534: "kķĸ", 549: "SŚŜŞŠȘ", 551: "*|¦", 556: "ETÈÉÊËĒĔĖĘĚŢŤŦȚ", 561: "aàáâãäåāăą",
    564: "eèéêëēĕėęě", 566: "YÝŶŸ", 572: "$+0123456789<=>Z^~¢£¤¥¬±×÷ŹŻŽ€₺", 580: "¨", 586: "X", 600: "V",
    605: "PoÞðòóôõöøōŏő", 612: "Ĳ", 615: "bdgpqþďĝğġģ", 617: "đ", 618: "hnuñùúûüĥħńņňŋũūŭůűų", 619: "KĶ",
    622: "RŔŖŘ", 623: "µ", 631: "ß", 632: "CÇĆĈĊČ", 639: "AÀÁÂÃÄÅĀĂĄ", 646: "#", 650: "B", 655: "¶", 688: "ŉ",
    728: "GĜĞĠĢ", 730: "DÐĎĐ", 731: "UÙÚÛÜŨŪŬŮŰŲ", 732: "&", 741: "HĤĦ", 745: "¼", 760: "NÑŃŅŇŊ", 771: "½",
    781: "OQ¾ÒÓÔÕÖØŌŎŐ", 786: "wŵ", 791: "…", 831: "%", 832: "©®", 864: "æ", 881: "Æ", 899: "@", 907: "M", 928: "Œ",
    930: "WŴ", 935: "m", 946: "œ", 1000: "—", 1020: "№",
}  # fmt: skip
"""Of Noto Sans, the face of addresses, in thousandths of its size. The page measures every other letter exactly."""
_ADVANCE = {letter: advance for advance, letters in _ADVANCES.items() for letter in letters}
_UNSEEN = regex.compile(r"[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]")
_PICTURE = regex.compile(r"\p{Emoji_Presentation}")
_SQUARE, _USUAL = 1250, 700  # a Chinese letter or an emoji; a letter of another alphabet


def width(line: str) -> float:
    """As the address is set. What the table lacks is taken for the widest that is usual in its script."""
    return sum(map(_advance, unicodedata.normalize("NFC", line))) * _SIZE / 1000


def too_wide(line: str) -> bool:
    """Whether a line is wider than the window shows wherever the sheet lies."""
    return width(line) > COLUMN - _SLACK


def _advance(letter: str) -> int:
    known = _ADVANCE.get(letter)
    if known is not None:
        return known
    if _UNSEEN.match(letter):
        return 0
    return _SQUARE if unicodedata.east_asian_width(letter) in "WF" or _PICTURE.match(letter) else _USUAL
