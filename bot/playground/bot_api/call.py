"""One request of a bot, and the small questions every method asks of it: which chat, which text, which reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.playground.bot_api.entities import Entity, detect, parse_html, trim, units
from bot.playground.bot_api.refusals import refuse
from bot.playground.world.model import Account, Chat, Message
from bot.playground.world.state import World

__all__ = ["Call"]

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024


@dataclass(frozen=True)
class Call:
    world: World
    bot: Account
    method: str
    given: dict[str, Any]

    def formatted(self, text: str, entities: list[Entity] | None, mode: str | None) -> tuple[str, list[Entity]]:
        """Text and entities after parsing; parse_mode wins over entities as in Telegram."""
        if mode:
            if mode.lower() in ("markdown", "markdownv2"):
                refuse("PARSE_MODE_UNPLAYED", mode=mode)
            if mode.lower() != "html":
                refuse("PARSE_MODE")
            text, entities = parse_html(text.replace("\r", ""))
        else:
            total = units(text)
            for index, entity in enumerate(entities or []):
                if entity["offset"] < 0 or entity["length"] <= 0 or entity["offset"] + entity["length"] > total:
                    refuse("ENTITY_BOUNDS", index=index)
        text, kept = trim(text, list(entities or []))
        return text, detect(text, kept)

    def text_content(self) -> dict[str, Any]:
        text, entities = self.formatted(
            self.given.get("text", ""), self.given.get("entities"), self.given.get("parse_mode")
        )
        if not text:
            refuse("TEXT_EMPTY")
        if units(text) > TEXT_LIMIT:
            refuse("TEXT_LONG")
        return {"text": text} | ({"entities": entities} if entities else {})

    def caption_content(self, source: dict[str, Any] | None = None) -> dict[str, Any]:
        given = self.given if source is None else source
        text, entities = self.formatted(
            given.get("caption", ""), given.get("caption_entities"), given.get("parse_mode")
        )
        if units(text) > CAPTION_LIMIT:
            refuse("CAPTION_LONG")
        return ({"caption": text} if text else {}) | ({"caption_entities": entities} if entities else {})

    def chat(self, name: str = "chat_id") -> Chat:
        return self.world.chat_of(self.bot, self.given[name])

    def writable(self) -> Chat:
        return self.world.writable(self.bot, self.given["chat_id"])

    def thread(self, chat: Chat) -> int | None:
        thread: int | None = self.given.get("message_thread_id")
        if thread is not None and thread not in chat.topics:
            refuse("THREAD_NOT_FOUND")
        if thread is not None and chat.topics[thread].closed and chat.statuses.get(self.bot.id) != "administrator":
            refuse("TOPIC_CLOSED")
        return thread

    def reply_to(self, chat: Chat) -> Message | None:
        wanted = self.given.get("reply_parameters")
        if not wanted:
            return None
        if others := sorted(set(wanted) - {"message_id", "chat_id", "allow_sending_without_reply"}):
            refuse("PARAMETER_NOT_PLAYED", method=self.method, where=f"reply_parameters.{others[0]}")
        if wanted.get("chat_id", chat.id) != chat.id:
            refuse("PARAMETER_NOT_PLAYED", method=self.method, where="reply_parameters.chat_id")
        found = chat.messages.get(wanted.get("message_id", 0))
        if found is None or found.deleted:
            if wanted.get("allow_sending_without_reply"):
                return None
            refuse("REPLY_NOT_FOUND")
        return found
