"""Which commands Telegram offers to whom: all in the staff group, each member's own in private, none to strangers.

A menu hides, it does not authorise; but who finds this bot by chance is not to read what it is for. Telegram takes the
menu of the chat before any other (Bot API, Determining list of commands).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from telegram import Bot, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.staff.commands import menu
from flows.desk.base.roles import ALL, Role
from locales import LANGUAGES, pick, say

__all__ = ["Menus"]

log = structlog.stdlib.get_logger("mektupx.staff")

Offered = tuple[frozenset[Role], str]


class Menus:
    """roles: of a user at this moment. members: everybody of the staff, and what they speak."""

    def __init__(
        self,
        roles: Callable[[int], Awaitable[frozenset[Role]]],
        members: Callable[[], Awaitable[dict[int, str]]],
        group: Callable[[], int | None],
    ) -> None:
        self._roles = roles
        self._members = members
        self._group = group
        self._offered: dict[int, Offered] = {}

    async def begin(self, bot: Bot) -> None:
        """At start. Errors: TelegramError."""
        for language in ("", *LANGUAGES):  # an earlier version offered everybody everything
            await bot.delete_my_commands(language_code=language or None)
        await self.group(bot)
        for user, language in (await self._members()).items():
            await self.member(bot, user, language)

    async def group(self, bot: Bot) -> None:
        """In every language, and once for all others. Errors: TelegramError, but not of a group nobody let us into."""
        group = self._group()
        if group is None:
            return
        try:
            for language in ("", *LANGUAGES):
                await self._offer(bot, group, ALL, language or pick(None), language or None)
        except (BadRequest, Forbidden):
            log.error("the staff group cannot be reached")

    async def moved(self, bot: Bot) -> None:
        """The group has another number. What could not be shown now is shown at the next start."""
        try:
            await self.group(bot)
        except TelegramError as error:  # whoever followed the move has done all that matters
            log.info("a menu could not be shown", error=type(error).__name__)

    async def member(self, bot: Bot, user: int, language: str) -> None:
        """What a member may use, in their own chat; taken away from who is none any more. A chat that was never opened
        is told when it is."""
        roles, language = await self._roles(user), pick(language)
        if self._offered.get(user, (frozenset(), "")) == (roles, language if roles else ""):
            return
        try:
            if roles:
                await self._offer(bot, user, roles, language, None)
                self._offered[user] = roles, language
            else:
                await bot.delete_my_commands(scope=BotCommandScopeChat(user))
                del self._offered[user]
        except TelegramError as error:
            log.info("a menu could not be shown", error=type(error).__name__)

    async def changed(self, bot: Bot) -> None:
        """Somebody may have been appointed or dismissed."""
        spoken = {user: language for user, (_, language) in self._offered.items()}
        for user, language in ((await self._members()) | spoken).items():
            await self.member(bot, user, language)

    async def _offer(self, bot: Bot, chat: int, roles: frozenset[Role], language: str, only: str | None) -> None:
        rows = [(name, say(what, language)) for name, what in menu(language, roles)]
        await bot.set_my_commands(rows, scope=BotCommandScopeChat(chat), language_code=only)
