"""Delivers updates to webhooks: each chat's in order, different chats side by side, retried until a 2xx."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.playground.world.model import Account
from bot.playground.world.state import World

__all__ = ["WebhookDelivery"]

Json = dict[str, Any]


class WebhookDelivery:
    """One task for each chat that has updates waiting. What is refused is tried again later and later."""

    FIRST, LAST = 1.0, 60.0  # seconds before the first and between the last retries; the delay doubles

    def __init__(self, world: World) -> None:
        self.world = world
        self.lanes: dict[tuple[str, str], asyncio.Task[None]] = {}
        self.session: aiohttp.ClientSession | None = None
        world.on_update.append(self.wake)

    def wake(self, bot: Account) -> None:
        if not bot.webhook.get("url"):
            return
        for key in {waiting.lane for waiting in bot.updates}:
            lane = (bot.name, key)
            if lane not in self.lanes or self.lanes[lane].done():
                self.lanes[lane] = asyncio.get_running_loop().create_task(self.walk(bot, key))

    async def walk(self, bot: Account, key: str) -> None:
        delay = self.FIRST
        while (hook := bot.webhook).get("url"):
            self.world.forget_old(bot)
            item = next((waiting for waiting in bot.updates if waiting.lane == key), None)
            if item is None:
                return
            wait = await self.post(hook, item.update)
            if wait is None:
                if item in bot.updates:
                    bot.updates.remove(item)
                delay = self.FIRST
            else:
                await self.world.clock.until(self.world.clock.now() + timedelta(seconds=wait or delay))
                delay = min(self.LAST, delay * 2)

    async def post(self, hook: Json, update: Any) -> float | None:
        """None when it was taken; else the seconds its Retry-After asks for (0: not said)."""
        self.session = self.session or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret"]} if hook.get("secret") else {}
        try:
            async with self.session.post(hook["url"], json=update, headers=headers) as answer:
                if 200 <= answer.status < 300:
                    return None
                problem = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                asked = answer.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError) as error:
            problem, asked = f"Connection failed: {type(error).__name__}", ""
        hook |= {"last_error_date": int(self.world.clock.now().timestamp()), "last_error_message": problem}
        if asked.isdecimal():
            return float(asked)
        try:
            return max(0.0, (parsedate_to_datetime(asked) - self.world.clock.now()).total_seconds())
        except ValueError:
            return 0.0

    async def close(self) -> None:
        for task in self.lanes.values():
            task.cancel()
        await asyncio.gather(*self.lanes.values(), return_exceptions=True)
        if self.session:
            await self.session.close()
