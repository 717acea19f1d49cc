"""The methods that bring updates: getUpdates with its offsets and its jealousy, and the setting of a webhook."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import Any

from bot.playground.bot_api.call import Call
from bot.playground.bot_api.markup import is_loopback
from bot.playground.bot_api.refusals import refuse
from bot.playground.bot_api.schema import UPDATE_KINDS
from bot.playground.world.model import Account
from bot.playground.world.state import World

__all__ = ["UPDATES", "end_pollers"]

Json = dict[str, Any]


def _remember_allowed(call: Call) -> None:
    allowed = call.given.get("allowed_updates")
    if allowed is not None:
        for kind in allowed:
            if kind not in UPDATE_KINDS:
                refuse("ALLOWED_UPDATES", kind=kind)
        call.bot.allowed = allowed


def _confirm(bot: Account, offset: int) -> None:
    """api#getupdates: all updates below the offset are confirmed; a negative one keeps that many from the end."""
    if offset < 0:
        bot.updates = deque(list(bot.updates)[offset:])
    elif offset > 0:
        bot.updates = deque(w for w in bot.updates if w.number >= offset or (w.forged and not w.shown))


async def get_updates(call: Call) -> list[Any]:
    bot = call.bot
    if bot.webhook.get("url"):
        refuse("WEBHOOK_ACTIVE")
    limit = call.given.get("limit", 100)
    if not 1 <= limit <= 100:
        refuse("LIMIT_RANGE")
    _remember_allowed(call)
    mine = end_poller(bot, "OTHER_POLLER")
    call.world.forget_old(bot)
    _confirm(bot, call.given.get("offset", 0))
    loop = asyncio.get_running_loop()
    end = loop.time() + min(50, max(0, call.given.get("timeout", 0)))
    while not bot.updates and bot.turn == mine and (left := end - loop.time()) > 0:
        bot.arrived.clear()
        try:
            async with asyncio.timeout(left):
                await bot.arrived.wait()
        except TimeoutError:
            break
    if bot.turn != mine and bot.ended_by:
        refuse(bot.ended_by)
    batch = list(bot.updates)[:limit]
    for waiting in batch:
        waiting.shown = True
    return [waiting.update for waiting in batch]


def end_poller(bot: Account, by: str) -> int:
    """Ends the long poll that is under way, if any, with the refusal `by`; returns the number of the next turn."""
    bot.turn, bot.ended_by = bot.turn + 1, by
    bot.arrived.set()
    return bot.turn


def end_pollers(world: World) -> None:
    """The server closes: long polls end with what they have."""
    for bot in world.bots.values():
        end_poller(bot, "")


def set_webhook(call: Call) -> bool:
    url, secret = call.given["url"], call.given.get("secret_token")
    if not url:
        return delete_webhook(call)
    if not is_loopback(url):
        refuse("WEBHOOK_OUTSIDE" if url.startswith("https://") else "WEBHOOK_HTTPS")  # http to loopback: our exception
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        refuse("WEBHOOK_SECRET")
    if not 1 <= call.given.get("max_connections", 40) <= 100:
        refuse("CONNECTIONS")
    _remember_allowed(call)
    if call.given.get("drop_pending_updates"):
        call.bot.updates.clear()
    call.bot.webhook = {"url": url, "secret": secret, "max_connections": call.given.get("max_connections", 40)}
    end_poller(call.bot, "SET_WEBHOOK")
    for listener in call.world.on_update:
        listener(call.bot)
    return True


def delete_webhook(call: Call) -> bool:
    if call.given.get("drop_pending_updates"):
        call.bot.updates.clear()
    call.bot.webhook = {}
    return True


def get_webhook_info(call: Call) -> Json:
    hook = call.bot.webhook
    info: Json = {
        "url": hook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(call.bot.updates),
    }
    if hook:
        info["max_connections"] = hook["max_connections"]
        info |= {name: hook[name] for name in ("last_error_date", "last_error_message") if name in hook}
    if call.bot.allowed:
        info["allowed_updates"] = call.bot.allowed
    return info


UPDATES = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
