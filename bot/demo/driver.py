"""A person at the playground, driven over its HTTP interface: what they say and what they are told is printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import aiohttp

from bot.demo.people import ISIL, Colleague, Writer

__all__ = ["Play", "Watch", "confirm", "identify", "introduce", "order_a_letter", "write"]

_BACK = re.compile(
    r'<form id=back method=post action="(?P<address>[^"]+)">'
    r'<input type=hidden name=(?P<name>\w+) value="(?P<value>[^"]+)">'
)
"""The form with which a payer's browser comes back to the seller."""

SENDER = ISIL.id  # who plays when nobody else is named
PRICE = "96,00\u00a0TL"  # of a registered letter of one sheet


class Watch:
    """A chat in which a bot speaks; what it says is told once, and again where it was edited."""

    def __init__(self, chat: int, bot: str = "customer", name: str = "B") -> None:
        self.chat = chat
        self.bot = bot
        self.name = name
        self._seen: dict[int, str | None] = {}

    async def news(self, play: Play) -> list[str]:
        told, found = [], await play.get(f"chats/{self.chat}/messages", bot=self.bot)
        for message in found if isinstance(found, list) else ():  # else nobody is there yet
            known = self._seen.get(message["message_id"])
            self._seen[message["message_id"]] = message.get("text")
            if message["from"]["is_bot"] and known != message.get("text", "") and not message.get("service"):
                told.append(_shown(self.name, message))
        return told


class Play:
    """`watches` are the chats whose news are printed; without any, the own one with the customer bot."""

    PATIENCE = 30.0  # seconds the play waits for an answer at most

    def __init__(
        self,
        url: str,
        session: aiohttp.ClientSession,
        show: Callable[[str], None],
        sender: int = SENDER,
        mail: str = ISIL.mail,
        *,
        name: str = "K",
        bot: str = "B",
    ) -> None:
        self.sender = sender
        self.mail = mail
        self.name = name
        self.url = url
        self.here = Watch(sender, name=bot)
        self.watches = [self.here]
        self._api = f"{url}/playground/api"
        self._http = session
        self.show = show

    def colleague(self, who: Colleague, room: Watch) -> Play:
        """Somebody of the staff in a room, who sees all that this one sees."""
        made = Play(self.url, self._http, self.show, who.id, name=who.first_name)
        made.here, made.watches = room, self.watches
        return made

    async def post(self, path: str, **body: Any) -> Any:
        async with self._http.post(f"{self._api}/{path}", json=body) as answer:
            found = await answer.json()
            if answer.status >= 400:
                raise RuntimeError(f"{path}: {found}")
            return found

    async def get(self, path: str, **query: str) -> Any:
        async with self._http.get(f"{self._api}/{path}", params=query) as answer:
            return await answer.json()

    async def settle(self) -> None:
        """Waits until nothing is in flight and prints what the bots have said."""
        found = await self.get("idle", timeout=str(self.PATIENCE))
        if not found.get("idle"):
            raise RuntimeError(f"the service did not come to rest: {found}")
        for watch in sorted(self.watches, key=lambda one: one is not self.here):
            for words in await watch.news(self):
                self.show(words)

    async def says(self, words: str, **more: Any) -> None:
        """more: a topic as `message_thread_id`, a message as `reply_to`."""
        self.show(f"{self.name}: {words}")
        await self.post(f"chats/{self.here.chat}/send", user=self.sender, bot=self.here.bot, text=words, **more)
        await self.settle()

    async def corrects(self, wrong: str, right: str) -> None:
        """The newest own message with these words is edited."""
        own = (one for one in reversed(await self._shown()) if one["from"]["id"] == self.sender)
        message = next(one for one in own if wrong in (one.get("text") or ""))
        words = message["text"].replace(wrong, right)
        self.show(f"{self.name}: ({wrong} → {right})")
        edited = {"user": self.sender, "bot": self.here.bot, "message_id": message["message_id"], "text": words}
        await self.post(f"chats/{self.here.chat}/edit", **edited)
        await self.settle()

    async def taps(self, label: str) -> Any:
        """The newest message with such a button is tapped."""
        message = await self.with_button(label)
        self.show(f"{self.name}: [{label}]")
        tapped = {"user": self.sender, "bot": self.here.bot, "message_id": message["message_id"], "label": label}
        found = await self.post(f"chats/{self.here.chat}/tap", **tapped)
        if noted := (found.get("answer") or {}).get("text"):
            self.show(f"{self.here.name}: ({noted})")
        await self.settle()
        return found

    async def with_button(self, label: str) -> Any:
        for message in reversed(await self._shown()):
            if any(button["label"] == label for row in message.get("buttons") or [] for button in row):
                return message
        raise RuntimeError(f"no message has the button {label!r}")

    async def _shown(self) -> Any:
        """Every message of the chat, the oldest first."""
        return await self.get(f"chats/{self.here.chat}/messages", bot=self.here.bot)

    async def asked(self) -> str:
        """What the bot has said last."""
        found = reversed(await self._shown())
        return str(next((one["text"] for one in found if one["from"]["is_bot"] and one.get("text")), ""))

    async def code(self) -> str:
        """The six digits of the newest mail."""
        mails = await self.get("mail", to=self.mail)
        return str(re.findall(r"\b\d{6}\b", mails[-1]["text"])[0])

    async def page(self, url: str, act: str) -> None:
        """Opens the payment page and presses one of its buttons, as a browser would; also the one that leads back."""
        async with self._http.get(url) as answer:
            shown, url = await answer.text(), str(answer.url)
            if answer.status != 200 or f'value="{act}"' not in shown:
                raise RuntimeError(f"the payment page has no button {act!r} (status {answer.status})")
        async with self._http.post(url, data={"act": act}) as answer:
            answer.raise_for_status()
            back = _BACK.search(await answer.text())
        if back:
            async with self._http.post(back["address"], data={back["name"]: back["value"]}) as answer:
                answer.raise_for_status()
        await self.settle()


async def identify(play: Play) -> None:
    """The payer's number, where the payment institution demands it."""
    if "kimlik numara" in await play.asked():
        await play.says("10000000146")


def _shown(name: str, message: dict[str, Any]) -> str:
    buttons = " ".join(f"[{button['label']}]" for row in message.get("buttons") or [] for button in row)
    file = f" ({message['file'].get('name') or message['file'].get('kind')})" if message.get("file") else ""
    return f"{name}:{file} {message.get('text') or ''} {buttons}".replace("\n", "\n   ").rstrip()


async def order_a_letter(play: Play, writer: Writer = ISIL) -> None:
    """The conversation of the voice: every line a person would type or tap."""
    await introduce(play, writer)
    await write(play, writer)
    await play.page(await confirm(play, writer), "pay")
    await play.says("Çok teşekkürler")


async def introduce(play: Play, writer: Writer = ISIL) -> None:
    """From /start to the letter, for somebody who is here for the first time."""
    names = {"first_name": writer.first_name, "last_name": writer.last_name}
    await play.post("users", id=play.sender, language_code="tr", **names)
    await play.says("/start")
    await play.taps("Okudum, devam et")
    await play.says(writer.born)
    await play.taps("Evet")
    await play.says(writer.addressee)
    await play.says(writer.address)
    await play.taps("Doğru")


async def write(play: Play, writer: Writer = ISIL, price: str = PRICE) -> None:
    """The letter itself, to its preview."""
    for words in writer.letter:
        await play.says(words)
    await play.taps("Bitti")
    await play.taps(f"Taahhütlü · {price}")


async def confirm(play: Play, writer: Writer = ISIL, price: str = PRICE) -> str:
    """From the preview to the order, who orders for the first time by the questions about them; the payment page."""
    await play.taps("Onaylıyorum")
    if "sizi de tanıyalım" in await play.asked():
        await play.says(writer.name)
        await play.taps("Numaramı paylaş")
        await play.says(play.mail)
        await play.says(await play.code())
    await play.says(writer.invoice)
    await identify(play)
    await play.taps(f"Onaylıyorum, {price} ödeyeceğim")
    paying = await play.taps(f"{price} öde")
    return str(paying["url"])
