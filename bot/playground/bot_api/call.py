"""One request of a bot, and the small questions every method asks of it: which chat, which text, which reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.playground.bot_api.entities import Entity, detect, parse_html, trim
from bot.playground.bot_api.refusals import refuse
from bot.playground.world.model import Account, Chat, Message
from bot.playground.world.state import World
from flows.words.text import units

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
        return self.chat_of(self.given[name])

    def chat_of(self, chat_id: int | str) -> Chat:
        """The chat a bot means, or the refusal Telegram gives when it may not write there."""
        world = self.world
        if chat_id == "":
            refuse("CHAT_EMPTY")
        if isinstance(chat_id, str):  # @names of channels and groups: there are none here
            refuse("CHAT_NOT_FOUND")
        if chat_id in world.migrated:
            refuse("MIGRATED", parameters={"migrate_to_chat_id": world.migrated[chat_id]})
        if chat_id in world.groups:
            chat = world.groups[chat_id]
            if chat.statuses.get(self.bot.id, "left") in ("left", "kicked"):
                refuse("NOT_MEMBER")
            return chat
        if chat_id not in world.people:
            refuse("CHAT_NOT_FOUND")
        return world.private_chat(self.bot, world.people[chat_id])

    def writable(self) -> Chat:
        chat = self.chat()
        if chat.private and not chat.started:
            refuse("NEVER_STARTED")
        if chat.blocked:
            refuse("BLOCKED")
        return chat

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
