"""Peer: the same five turns on python-telegram-bot's ConversationHandler with PicklePersistence.

python -m benchmarks.peers.ptb_pickle API_PORT PORT FILE
"""

from __future__ import annotations

import asyncio
import hmac
import sys
from typing import Any

import uvloop
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from benchmarks.peers.steps import DATE, QUESTIONS

NOTICE, BIRTH, CHECK, NAME = range(4)
WORDS = filters.TEXT & ~filters.COMMAND


def keys(label: str, data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)]])


async def start(update: Update, _: Any) -> int:
    await update.message.reply_text(QUESTIONS[0])
    await update.message.reply_text("Okumanızı rica ederiz.", reply_markup=keys("Okudum, devam et", "accept"))
    return NOTICE


async def accepted(update: Update, _: Any) -> int:
    await update.callback_query.answer()
    await update.effective_chat.send_message(QUESTIONS[1])
    return BIRTH


async def birth(update: Update, context: Any) -> int:
    if not DATE.fullmatch(update.message.text):
        await update.message.reply_text(QUESTIONS[1])
        return BIRTH
    context.user_data["birth"] = update.message.text
    await update.message.reply_text(QUESTIONS[2], reply_markup=keys("Evet", "yes"))
    return CHECK


async def right(update: Update, _: Any) -> int:
    await update.callback_query.answer()
    await update.effective_chat.send_message(QUESTIONS[3])
    return NAME


async def name(update: Update, context: Any) -> int:
    context.user_data["name"] = update.message.text
    await update.message.reply_text(QUESTIONS[4])
    return ConversationHandler.END


async def serve(api: int, port: int, file: str) -> None:
    built = Application.builder().token(f"1:{'a' * 35}").base_url(f"http://127.0.0.1:{api}/bot").updater(None)
    app = built.persistence(PicklePersistence(file, update_interval=1)).build()
    states = {
        NOTICE: [CallbackQueryHandler(accepted, "^accept$")],
        BIRTH: [MessageHandler(WORDS, birth)],
        CHECK: [CallbackQueryHandler(right, "^yes$")],
        NAME: [MessageHandler(WORDS, name)],
    }
    app.add_handler(
        ConversationHandler(
            [CommandHandler("start", start)], states, [], persistent=True, name="order", per_message=False
        )
    )

    async def webhook(request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given, "bench"):
            return web.Response(status=403)
        await app.process_update(Update.de_json(await request.json(), app.bot))
        return web.Response()

    await app.initialize()
    await app.start()
    server = web.Application()
    server.router.add_post("/telegram/customer", webhook)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.install()
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
