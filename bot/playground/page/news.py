"""What is new since the page last looked: people, chats, messages, mails, sheets, faults, each told once a change."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

from bot.playground.control.arguments import Json
from bot.playground.control.context import Context
from bot.playground.control.listings import seen
from bot.playground.page.pictures import pages_of
from bot.playground.page.tray import sheets
from bot.playground.world.model import Account, Chat, Message

__all__ = ["News"]

Key = tuple[str, str]  # the list it is told in, its name there
Thing = tuple[Key, Any, Callable[[], Json]]  # what it is, what tells a change, how it is told


class News:
    """Every thing has the number of the look that found it changed; who looks again names the number they know.

    What is gone from the world (a group that moved, an emptied mailbox) makes everything new: the page begins afresh.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.run = secrets.token_hex(4)
        self.turn = 0
        self.known: dict[Key, tuple[Any, int]] = {}

    def since(self, mark: str) -> Json:
        """mark: what an earlier answer gave as "mark"; any other asks for everything."""
        things = list(self._things())
        if self.known.keys() - {key for key, _, _ in things}:
            self.known, self.run = {}, secrets.token_hex(4)
        changed = [(key, sign) for key, sign, _ in things if self.known.get(key, (self, 0))[0] != sign]
        self.turn += bool(changed)
        self.known.update({key: (sign, self.turn) for key, sign in changed})
        run, _, number = mark.partition("-")
        fresh = run != self.run or not re.fullmatch(r"\d{1,9}", number, re.ASCII)
        last = 0 if fresh else int(number)
        told: Json = {"mark": f"{self.run}-{self.turn}", "now": self.context.clock.now().isoformat()}
        if fresh:
            told["fresh"] = True
        for key, _, tell in things:
            if self.known[key][1] > last:
                told.setdefault(key[0], []).append(tell())
        return told

    def _things(self) -> Iterator[Thing]:
        """Signs are values that stay as they were, or objects that are replaced and never altered."""
        place = self.context
        for bot in place.world.bots.values():
            yield ("bots", bot.name), str(bot.commands), partial(_bot, bot)
        for person in place.world.people.values():
            yield ("people", str(person.id)), person.api(), person.api
        for chat in (*place.world.private.values(), *place.world.groups.values()):
            facts = _chat(chat)
            yield ("chats", chat.key), facts, partial(dict, facts)
            for message in chat.messages.values():
                sign = (message.content, message.markup, message.edits, message.deleted)
                yield ("messages", f"{chat.key} {message.id}"), sign, partial(_message, place, message)
        for number, mail in enumerate(place.mailbox.mails):
            yield ("mails", str(number)), mail, partial(dict, mail)
        tray, faults = sheets(place.tray), [asdict(fault) for fault in place.faults.waiting]
        yield ("tray", ""), tray, partial(dict, sheets=tray)
        yield ("faults", ""), faults, partial(dict, waiting=faults)


def _bot(bot: Account) -> Json:
    """Its commands by scope and language, "default tr": the page finds the ones of a person."""
    commands = {" ".join(key): value for key, value in bot.commands.items()}
    names = {"name": bot.name, "id": bot.id, "first_name": bot.first_name, "username": bot.username}
    return names | {"commands": commands}


def _chat(chat: Chat) -> Json:
    present = {str(user): status for user, status in chat.statuses.items() if status not in ("left", "kicked")}
    return {
        "key": chat.key,
        "id": chat.id,
        "bot": chat.bot.name if chat.bot else None,
        "title": chat.title,
        "forum": chat.forum,
        "members": present,
        "blocked": chat.blocked,
        "keyboard": chat.keyboard.id if chat.keyboard else None,
        "topics": [{"id": topic.id, "name": topic.name, "closed": topic.closed} for topic in chat.topics.values()],
    }


def _message(context: Context, message: Message) -> Json:
    told = {"chat": message.chat.key, **seen(message)}
    if message.deleted:
        told["deleted"] = True
    if message.unheard:
        told["unheard"] = True
    if (message.markup or {}).get("one_time_keyboard"):
        told["once"] = True
    if told["file"]:
        file = context.world.files[told["file"]["file_id"]]
        told["file"] |= {"mime": file.mime, "pages": pages_of(file.content)}
    return told
