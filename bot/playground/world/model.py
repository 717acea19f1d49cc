"""The things a Telegram consists of: people, bots, chats, topics, messages, files, updates and taps."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["Account", "Chat", "File", "Message", "Person", "Query", "Topic", "Waiting"]

Json = dict[str, Any]


@dataclass
class Person:
    """Somebody with a telephone."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    phone_number: str = ""

    def api(self) -> Json:
        said = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name} | {k: v for k, v in said.items() if v}


@dataclass(eq=False)
class Waiting:
    """An update on its way to a bot: not yet confirmed, not yet taken by its webhook."""

    at: datetime
    lane: str  # updates of one chat go one after another
    update: Any
    forged: bool = False  # put there by the driver: no offset confirms it before it was shown
    shown: bool = False

    @property
    def number(self) -> int:
        """Its update_id; one that a forger left without counts as confirmed by any offset."""
        number = self.update.get("update_id") if isinstance(self.update, dict) else None
        return number if isinstance(number, int) else -1


@dataclass
class Account:
    """A bot: its queue of updates, its webhook, its texts."""

    name: str
    token: str
    id: int
    username: str
    first_name: str
    message_ids: int = 0
    update_ids: int = field(default_factory=lambda: 100_000_000 + secrets.randbelow(100_000_000))
    updates: deque[Waiting] = field(default_factory=deque)
    allowed: list[str] | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    turn: int = 0  # of getUpdates: a newer turn ends an older one
    ended_by: str = ""
    webhook: Json = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def api(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}


@dataclass
class File:
    """Bytes under the file_id one bot knows them by."""

    id: str
    unique_id: str
    bot: str
    kind: str
    name: str
    mime: str
    content: bytes
    path: str


@dataclass
class Topic:
    id: int
    name: str
    icon_color: int
    closed: bool = False


@dataclass
class Chat:
    """A private chat of one bot and one person, or a group."""

    id: int
    type: str
    person: Person | None = None
    bot: Account | None = None
    title: str = ""
    forum: bool = False
    statuses: dict[int, str] = field(
        default_factory=dict
    )  # group: user id -> creator, administrator, member, left, kicked
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    last_id: int = 0
    started: bool = False
    blocked: bool = False
    keyboard: Message | None = None  # the message whose reply keyboard is shown

    @property
    def private(self) -> bool:
        return self.type == "private"

    @property
    def key(self) -> str:
        return f"{self.bot.name}:{self.id}" if self.bot else str(self.id)

    def api(self) -> Json:
        if self.person:
            person = self.person.api()
            return {"id": self.id, "type": "private"} | {
                k: person[k] for k in ("first_name", "last_name", "username") if k in person
            }
        return {"id": self.id, "type": self.type, "title": self.title} | ({"is_forum": True} if self.forum else {})

    def next_id(self) -> int:
        """Private chats count on the bot's account, a supergroup counts by itself, as in Telegram."""
        if self.bot:
            self.bot.message_ids += 1
            return self.bot.message_ids
        self.last_id += 1
        return self.last_id


@dataclass
class Message:
    """One message; `content` holds its Bot API fields (text, entities, document, contact, a service notice)."""

    id: int
    chat: Chat
    sender: Person | Account
    date: datetime
    content: Json
    markup: Json | None = None
    thread: int | None = None
    reply_to: Message | None = None
    edited: datetime | None = None
    edits: int = 0
    deleted: bool = False
    protected: bool = False
    unheard: bool = False  # said in a group with bots, and told to none of them: privacy mode

    @property
    def inline(self) -> list[list[Json]] | None:
        return (self.markup or {}).get("inline_keyboard")

    def began(self) -> Message:
        """The message at the beginning of a thread of replies."""
        return self.reply_to.began() if self.reply_to else self

    def api(self, *, quoted: bool = False) -> Json:
        body: Json = {
            "message_id": self.id,
            "from": self.sender.api(),
            "chat": self.chat.api(),
            "date": int(self.date.timestamp()),
        }
        if self.thread:
            body |= {"message_thread_id": self.thread, "is_topic_message": True}
        elif self.reply_to and not self.chat.private:  # a thread of replies, in which no bot can write by its number
            body["message_thread_id"] = self.began().id  # tdlib/telegram-bot-api#447
        if self.edited:
            body["edit_date"] = int(self.edited.timestamp())
        root = self.chat.messages.get(self.thread or 0)  # in a topic everything answers the notice that opened it
        answered = self.reply_to or (root if root is not self else None)
        if answered and not quoted:
            body["reply_to_message"] = answered.api(quoted=True)
        if self.protected:
            body["has_protected_content"] = True
        if self.inline:
            body["reply_markup"] = self.markup
        return body | self.content


@dataclass
class Query:
    """A tap on an inline button that waits for its answer."""

    id: str
    bot: str
    at: datetime
    answered: asyncio.Future[Json]
