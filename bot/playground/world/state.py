"""The state of this Telegram, in memory only: who is there, what was said, which updates wait."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.base.clock import Clock
from bot.playground.world.model import Account, Chat, File, Message, Person, Query, Waiting

__all__ = ["World"]

Json = dict[str, Any]
KEPT = timedelta(hours=24)  # api#getting-updates: "they will not be kept longer than 24 hours"
NAMES = {"customer": "MektupX", "staff": "MektupX Ekip"}
QUIET_KINDS = frozenset(
    {"chat_member", "message_reaction", "message_reaction_count"}
)  # api#getupdates: only on request


class World:
    def __init__(self, clock: Clock, bots: Mapping[str, str]) -> None:
        self.clock = clock
        self.people: dict[int, Person] = {}
        self.bots = {
            name: Account(name, token, int(token.split(":")[0]), f"mektupx_{name}_bot", NAMES.get(name, name.title()))
            for name, token in bots.items()
        }
        self.private: dict[tuple[str, int], Chat] = {}
        self.groups: dict[int, Chat] = {}
        self.migrated: dict[int, int] = {}
        self.files: dict[str, File] = {}
        self.queries: dict[str, Query] = {}
        self.on_update: list[Callable[[Account], None]] = []  # the delivery to webhooks listens here

    # people and chats

    def private_chat(self, bot: Account, person: Person) -> Chat:
        key = (bot.name, person.id)
        if key not in self.private:
            self.private[key] = Chat(person.id, "private", person, bot)
        return self.private[key]

    def chats(self) -> list[Chat]:
        return [chat for chat in (*self.private.values(), *self.groups.values()) if chat.messages or not chat.private]

    def migrate(self, old: int, new: int) -> None:
        """A group becomes a supergroup under another id."""
        if old in self.groups:
            chat = self.groups.pop(old)
            chat.id = new
            self.groups[new] = chat
        self.migrated[old] = new

    # messages

    def add(self, chat: Chat, sender: Person | Account, content: Json, **more: Any) -> Message:
        message = Message(chat.next_id(), chat, sender, self.clock.now(), content, **more)
        chat.messages[message.id] = message
        if message.markup and isinstance(sender, Account):
            if "keyboard" in message.markup:
                chat.keyboard = message
            elif "remove_keyboard" in message.markup:
                chat.keyboard = None
        return message

    # files

    def keep_file(self, bot: Account, kind: str, name: str, mime: str, content: bytes) -> File:
        number = len(self.files) + 1
        suffix = name.rsplit(".", 1)[-1] if "." in name else "bin"
        folder = {"document": "documents", "photo": "photos", "voice": "voice", "sticker": "stickers"}.get(kind, kind)
        file = File(
            id="AgAC" + secrets.token_urlsafe(36),
            unique_id="AQAD" + secrets.token_urlsafe(9),
            bot=bot.name,
            kind=kind,
            name=name,
            mime=mime,
            content=content,
            path=f"{folder}/file_{number}.{suffix}",
        )
        self.files[file.id] = file
        return file

    # updates

    def put(self, bot: Account, waiting: Waiting) -> None:
        bot.updates.append(waiting)
        bot.arrived.set()
        for listener in self.on_update:
            listener(bot)

    def deliver(self, bot: Account, update: Any) -> None:
        """Queues a raw update, whatever it is: a duplicate, a forgery, something malformed."""
        waiting = Waiting(self.clock.now(), _lane(bot, update), update, forged=True)
        bot.update_ids = max(bot.update_ids, waiting.number)  # later ones stay above it, as Telegram's own do
        self.put(bot, waiting)

    def tell(self, bot: Account, kind: str, payload: Json, chat: Chat) -> None:
        """Queues an update of a kind the bot listens to."""
        wanted = kind in bot.allowed if bot.allowed else kind not in QUIET_KINDS
        if wanted:
            bot.update_ids += 1
            self.put(bot, Waiting(self.clock.now(), chat.key, {"update_id": bot.update_ids, kind: payload}))

    def forget_old(self, bot: Account) -> None:
        while bot.updates and bot.updates[0].at < self.clock.now() - KEPT:
            bot.updates.popleft()

    def listeners(self, message: Message) -> list[Account]:
        """The bots that see a person's message: the private chat's own; in a group admins, others by privacy mode."""
        chat = message.chat
        if chat.bot:
            return [chat.bot]
        seeing = []
        for bot in self.bots.values():
            status = chat.statuses.get(bot.id, "left")
            text = message.content.get("text", "")
            if status == "administrator" or (status == "member" and self._is_for(bot, message, text)):
                seeing.append(bot)
        return seeing

    def _is_for(self, bot: Account, message: Message, text: str) -> bool:
        """What a bot in privacy mode is told (core.telegram.org/bots/faq#what-messages-will-my-bot-get): service
        messages, replies to it ("Replies have the highest priority"), commands that name it, and general commands "if
        the bot was the last bot to send a message to the group". Being mentioned is on no such list, but is told."""
        if "new_chat_members" in message.content:
            return True
        replied = message.reply_to.sender if message.reply_to else None
        if isinstance(replied, Account):
            return replied is bot
        command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
        if "@" in command:
            return command.split("@")[1].lower() == bot.username.lower()
        if command:
            return self._last_bot(message.chat) in (bot, None)
        return f"@{bot.username}" in text

    @staticmethod
    def _last_bot(chat: Chat) -> Account | None:
        return next((one.sender for one in reversed(chat.messages.values()) if isinstance(one.sender, Account)), None)


def _lane(bot: Account, update: Any) -> str:
    """The chat a raw update speaks of, as far as it says so."""
    for part in update.values() if isinstance(update, dict) else ():
        if isinstance(part, dict):
            inner = part.get("message", part)
            chat = inner.get("chat") if isinstance(inner, dict) else None
            number = chat.get("id") if isinstance(chat, dict) else None
            if isinstance(number, int):
                return f"{bot.name}:{number}" if number > 0 else str(number)
    return "unknown"
