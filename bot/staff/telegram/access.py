"""Whether somebody is in the staff chat at this very moment: asked at each privileged act, and failing closed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from telegram import Bot, ChatMemberRestricted
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, TelegramError

from flows.desk.base.roles import Presence

__all__ = ["Membership", "Visitor"]

log = structlog.stdlib.get_logger("mektupx.staff")

IN = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER})


class Membership:
    """Asks Telegram. Without a staff chat there is none to be a member of: the roles alone decide."""

    def __init__(self, bot: Bot, group: Callable[[], int | None]) -> None:
        self._bot = bot
        self._group = group

    async def of(self, user: int) -> Presence:
        group = self._group()
        if group is None:
            return Presence.THERE
        try:
            found = await self._bot.get_chat_member(group, user)
        except BadRequest:  # "user not found", "chat not found", a group that has moved
            return Presence.AWAY
        except TelegramError as error:
            log.warning("the membership could not be looked up", error=type(error).__name__)
            return Presence.UNKNOWN
        inside = found.status in IN or (isinstance(found, ChatMemberRestricted) and found.is_member)
        return Presence.THERE if inside else Presence.AWAY


class Visitor:
    """The same question from a process that runs no staff bot, such as the web server's: the staff bot's token asks,
    and takes no updates. group: the staff chat as storage knows it at this moment, None without one."""

    def __init__(self, token: str, api: str, group: Callable[[], Awaitable[int | None]]) -> None:
        self._token = token
        self._api = api
        self._group = group

    async def of(self, user: int) -> Presence:
        """Errors: StorageError."""
        group = await self._group()
        if group is None:
            return Presence.THERE
        try:
            async with Bot(self._token, base_url=f"{self._api}/bot") as bot:
                return await Membership(bot, lambda: group).of(user)
        except TelegramError as error:
            log.warning("the membership could not be looked up", error=type(error).__name__)
            return Presence.UNKNOWN
