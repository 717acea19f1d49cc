"""sendMessage as the customer bot needs it, and requests as JSON: what answers a sender most often costs the least."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove, TelegramObject
from aiohttp import BytesPayload, FormData
from aiohttp.payload import Payload
from pydantic import ConfigDict
from pydantic_core import from_json, to_json

__all__ = ["JsonSession", "SendWords", "SentMessage"]


class SentMessage(TelegramObject):
    """What is read of a message that was sent: its number. The rest of the Message is neither checked nor built."""

    model_config = ConfigDict(extra="ignore")

    message_id: int


class SendWords(TelegramMethod[SentMessage]):
    """Bot API, sendMessage, with the parameters that we give and no defaults of the bot's."""

    __returning__ = SentMessage
    __api_method__ = "sendMessage"

    chat_id: int
    text: str
    reply_markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None = None


class JsonSession(AiohttpSession):
    """Requests without files go as application/json (Bot API, Making requests); those with files as a form."""

    def __init__(self, **more: Any) -> None:
        super().__init__(json_loads=from_json, json_dumps=lambda value: to_json(value).decode(), **more)

    def build_form_data(self, bot: Bot, method: TelegramMethod[TelegramType]) -> FormData:
        files: dict[str, Any] = {}
        dumped = method.model_dump(warnings=False).items()
        prepared = {key: self.prepare_value(value, bot, files, _dumps_json=False) for key, value in dumped}
        if files:
            return super().build_form_data(bot, method)
        return _Json(to_json({key: value for key, value in prepared.items() if value is not None}))


class _Json(FormData):
    """A body that is ready: aiohttp asks every FormData for its payload."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._body = body

    def __call__(self) -> Payload:
        return BytesPayload(self._body, content_type="application/json")
