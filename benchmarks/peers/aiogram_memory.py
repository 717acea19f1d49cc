"""Peer: the same five turns on aiogram's FSM with MemoryStorage; nothing durable, nothing sealed.

python -m benchmarks.peers.aiogram_memory API_PORT PORT
"""

from __future__ import annotations

import sys

import uvloop
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from benchmarks.peers.steps import DATE, QUESTIONS

router = Router()


class Asked(StatesGroup):
    notice = State()
    birth = State()
    check = State()
    name = State()
    phone = State()


def keys(label: str, data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=data)]])


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.set_state(Asked.notice)
    await message.answer(QUESTIONS[0])
    await message.answer("Okumanızı rica ederiz.", reply_markup=keys("Okudum, devam et", "accept"))


@router.callback_query(F.data == "accept", Asked.notice)
async def accepted(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Asked.birth)
    await query.bot.send_message(query.from_user.id, QUESTIONS[1])


@router.message(Asked.birth)
async def birth(message: Message, state: FSMContext) -> None:
    if not DATE.fullmatch(message.text or ""):
        await message.answer(QUESTIONS[1])
        return
    await state.update_data(birth=message.text)
    await state.set_state(Asked.check)
    await message.answer(QUESTIONS[2], reply_markup=keys("Evet", "yes"))


@router.callback_query(F.data == "yes", Asked.check)
async def right(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Asked.name)
    await query.bot.send_message(query.from_user.id, QUESTIONS[3])


@router.message(Asked.name)
async def name(message: Message, state: FSMContext) -> None:
    await state.update_data(name=message.text)
    await state.set_state(Asked.phone)
    await message.answer(QUESTIONS[4])


def main() -> None:
    api, port = int(sys.argv[1]), int(sys.argv[2])
    session = AiohttpSession(api=TelegramAPIServer.from_base(f"http://127.0.0.1:{api}"))
    bot = Bot(f"1:{'a' * 35}", session=session)
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="bench").register(
        app, path="/telegram/customer"
    )
    setup_application(app, dispatcher, bot=bot)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main()
