"""What Telegram makes of formatted text: HTML to entities, commands and links found, everything measured in UTF-16.

The grammar and the sentences follow TDLib's parse_html (td/telegram/MessageEntity.cpp); byte offsets are in UTF-8.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from bot.playground.bot_api.refusals import refuse
from flows.words.text import units

__all__ = ["detect", "parse_html", "slice16", "trim"]

Entity = dict[str, Any]

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
ATTRIBUTE = re.compile(r"""\s*([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.\-]+)))?""")
CHARACTER = re.compile(r"&(#x[0-9a-fA-F]+|#[0-9]+|lt|gt|amp|quot);?")
FOUND = (  # in this order; what is found first keeps its place
    ("url", re.compile(r"\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)]", re.IGNORECASE)),
    (
        "email",
        re.compile(r"(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?![\w@])"),
    ),
    (
        "url",
        re.compile(
            r"(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|tr|de|io|me|app|dev|info)(?:/[^\s<>\"']*)?(?![\w@])", re.I
        ),
    ),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w@/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{3,32}(?![\w@])")),
    ("hashtag", re.compile(r"(?<![\w#@])#(?=\w*[^\W\d])\w{1,256}(?![\w#@])")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{8,18}\d(?!\w)")),
)
OPAQUE = frozenset({"code", "pre", "text_link", "custom_emoji"})  # nothing is searched for inside these


def slice16(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le", "surrogatepass")[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


class _Html:
    """Reads HTML from left to right as TDLib does. Named references are lt, gt, amp and quot only."""

    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0
        self.out: list[str] = []
        self.length = 0  # of the text so far, in UTF-16 units
        self.entities: list[Entity] = []
        self.open: list[tuple[str, dict[str, str], int, int]] = []  # tag, attributes, offset, place among the entities

    def read(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self.end_tag()
            elif self.source[self.at] == "<":
                self.start_tag()
            elif reference := CHARACTER.match(self.source, self.at):
                self.keep(unescape(reference[0].rstrip(";") + ";"), reference.end())
            else:
                self.keep(self.source[self.at], self.at + 1)
        if self.open:
            refuse("ENTITIES", why=f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        return "".join(self.out), sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))

    def keep(self, char: str, at: int) -> None:
        self.out.append(char)
        self.length += units(char)
        self.at = at

    def offset_of(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def name(self, at: int) -> tuple[str, int]:
        end = at
        while end < len(self.source) and not self.source[end].isspace() and self.source[end] != ">":
            end += 1
        return self.source[at:end].lower(), end

    def start_tag(self) -> None:
        where = self.offset_of(self.at)
        tag, end = self.name(self.at + 1)
        if end >= len(self.source):
            refuse("ENTITIES", why=f"Unclosed start tag at byte offset {where}")
        if tag not in TAGS:
            refuse("ENTITIES", why=f'Unsupported start tag "{tag}" at byte offset {where}')
        attributes = self.attributes(end, tag, where)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            refuse("ENTITIES", why=f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.open.append((tag, attributes, self.length, len(self.entities)))

    def attributes(self, at: int, tag: str, where: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            while at < len(self.source) and self.source[at].isspace():
                at += 1
            if at >= len(self.source):
                refuse("ENTITIES", why=f'Unclosed start tag "{tag}" at byte offset {where}')
            if self.source[at] == ">":
                self.at = at + 1
                return found
            match = ATTRIBUTE.match(self.source, at)
            if match is None:
                refuse("ENTITIES", why=f'Empty attribute name in the tag "{tag}" at byte offset {where}')
            found[match[1].lower()] = unescape(match[2] or match[3] or match[4] or "")
            at = match.end()

    def end_tag(self) -> None:
        where = self.offset_of(self.at)
        if not self.open:
            refuse("ENTITIES", why=f"Unexpected end tag at byte offset {where}")
        name, at = self.name(self.at + 2)
        while at < len(self.source) and self.source[at].isspace():
            at += 1
        if at >= len(self.source) or self.source[at] != ">":
            refuse("ENTITIES", why=f"Unclosed end tag at byte offset {where}")
        tag, attributes, offset, place = self.open.pop()
        if name and name != tag:
            why = f'Unmatched end tag at byte offset {where}, expected "</{tag}>", found "</{name}>"'
            refuse("ENTITIES", why=why)
        self.at = at + 1
        if self.length > offset:
            self.close(tag, attributes, offset, place)

    def close(self, tag: str, attributes: dict[str, str], offset: int, place: int) -> None:
        entity: Entity = {"type": TAGS[tag], "offset": offset, "length": self.length - offset}
        if tag == "a":
            entity["url"] = attributes.get("href") or slice16("".join(self.out), offset, self.length - offset)
            if not re.match(r"(https?|tg|mailto|tel):", entity["url"]) and "." not in entity["url"]:
                return  # Telegram drops a link that leads nowhere
        if tag == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        if tag == "tg-emoji":
            entity["custom_emoji_id"] = attributes.get("emoji-id", "")
        if tag == "code" and self.open and attributes.get("class", "").startswith("language-"):
            entity["language"] = attributes["class"].removeprefix("language-")
        if tag == "pre":
            inner = next((e for e in self.entities[place:] if e["type"] == "code"), {})
            if (inner.get("offset"), inner.get("length")) == (offset, entity["length"]):
                entity |= {"language": inner["language"]} if "language" in inner else {}
                self.entities.remove(inner)  # <pre><code class="language-x"> is one entity
        self.entities.insert(place, entity)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The plain text and its entities, or Telegram's refusal."""
    return _Html(source).read()


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """As Telegram keeps it: no carriage returns, no blank edges; entities moved along, empty ones dropped."""
    head = units(text) - units(text.lstrip())
    kept = text.strip()
    total = units(kept)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - head)
        end = min(total, entity["offset"] - head + entity["length"])
        if end > start:
            moved.append(entity | {"offset": start, "length": end - start})
    return kept, moved


def detect(text: str, given: list[Entity] | None = None) -> list[Entity]:
    """The given entities and what Telegram itself finds: commands, links, addresses, mentions, hashtags, numbers."""
    given = given or []
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in OPAQUE]
    found = list(given)
    for kind, pattern in FOUND:
        for match in pattern.finditer(text):
            start, size = units(text[: match.start()]), units(match[0])
            if all(start + size <= low or start >= high for low, high in taken):
                taken.append((start, start + size))
                found.append({"type": kind, "offset": start, "length": size})
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))
