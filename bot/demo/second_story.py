"""The demo's second story: a question answered from a template, then a sender erased, and a search for what is left."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.demo.driver import Play, Watch, confirm, introduce, write
from bot.demo.environment import Environment
from bot.demo.erasure_report import LANGUAGE, Show, Traces, account, in_chats, search, tell, traces_of
from bot.demo.people import ADMINS, AGENT, GROUP, GROUP_TITLE, NEHIR, STAFF, Writer
from bot.printer.tray import report
from flows.core.events import Person
from flows.order.number import order_number
from flows.order.scans import tracking_number
from flows.words.text import Text, text
from locales import say
from storage.rights import requests
from storage.senders import people

__all__ = ["assemble", "second_story"]

QUESTION: Final = "Mektubum yola çıktı mı? Yakup Bey bayramdan önce okusun istiyorum."
PAUSE: Final = "PT1M"  # between two acts, so that nobody waits for Telegram's limits (20 messages a minute in a group)
ROUNDS: Final = 12


async def assemble(play: Play) -> Watch:
    """The staff's people and their forum group; the room in which they work."""
    for one in STAFF:
        await play.post("users", id=one.id, first_name=one.first_name, language_code="tr")
    members = [one.id for one in STAFF]
    await play.post("groups", id=GROUP, title=GROUP_TITLE, members=members, bots=["staff"], forum=True)
    return Watch(GROUP, "staff", "Ekip botu")


async def second_story(stage: Environment, sender: Play, room: Watch, show: Show, writer: Writer = NEHIR) -> bool:
    """Played in the staff's room; True if nothing is left of the sender but what a law keeps."""
    sender.watches.append(room)
    ece, (selin, umut) = sender.colleague(AGENT, room), (sender.colleague(one, room) for one in ADMINS)
    _title(show, text("demo", "Second story: a question, an answer, a farewell"))
    tell(
        show,
        text(
            "demo",
            "An agent is appointed to the support desk. By: {admin}, agent: {agent}",
            admin=selin.name,
            agent=ece.name,
        ),
    )
    await selin.says(f"/personel ekle {AGENT.id} {AGENT.role} {AGENT.first_name}")
    traces, number = await _a_letter_is_posted(stage, sender, show, writer)
    await sender.post("clock", advance=PAUSE)
    await _a_question_is_answered(sender, ece, show)
    await sender.post("clock", advance=PAUSE)
    _title(show, text("demo", "The sender asks to be erased"))
    await sender.says("/sil")
    await sender.taps("Evet, verilerimi silin")
    before = await search(stage, traces)
    await _two_admins_decide(stage, sender, selin, umut, show)
    await _until_gone(stage, sender, traces)
    _title(show, text("demo", "What is left? Sender: {name}, order: {order}", name=writer.name, order=number))
    return await account(stage, traces, before, show)


# The acts -------------------------------------------------------------------------------------------------------------


async def _a_letter_is_posted(stage: Environment, sender: Play, show: Show, writer: Writer) -> tuple[Traces, str]:
    """A whole order again, in a few lines: the conversation is the one of the first story."""
    aloud, sender.show = sender.show, lambda _: None
    await introduce(sender, writer)
    await write(sender, writer)
    page = await confirm(sender, writer)
    # Before it is paid: with the printing the letter's key is gone.
    traces = await traces_of(stage, sender.sender, writer, question=QUESTION)
    await sender.page(page, "pay")
    standing = await stage.service.store.do(people.standing_of, Person("telegram", str(sender.sender)))
    assert standing is not None
    number = standing.orders[-1].number
    traces.words["tracking"] = _tracking(number)
    sender.show = aloud
    tell(show, text("demo", "{name} has ordered and paid a letter: {order}", name=sender.name, order=number))
    for act, line in (("printed", number), ("posted", f"{number},{traces.words['tracking']}")):
        show(f"$ echo {line} | mektupx tray {act} -")
        for answer in await report(stage.service.store, stage.service.door.receive, stage.service.clock, act, line):
            show(f"   {say(answer.sentence, LANGUAGE)}")
        await sender.settle()
    return traces, number


def _tracking(number: str) -> str:
    """As the post would give one (UPU S10): each letter its own, also in a folder that was played in before."""
    serial = f"{47312480 + order_number(number):08}"
    return next(one for digit in range(10) if (one := tracking_number(f"RR{serial}{digit}TR")))


async def _a_question_is_answered(sender: Play, agent: Play, show: Show) -> None:
    """Two taps: the template, then its preview."""
    _title(show, text("demo", "A question is answered in two taps"))
    await sender.says("/destek")
    await sender.says(QUESTION)
    topic = (await sender.get(f"chats/{GROUP}/messages", bot="staff"))[-1]["message_thread_id"]
    await agent.says("/t", message_thread_id=topic)
    await agent.taps("nerede")
    await agent.taps("Gönder")
    await agent.says("/kapat", message_thread_id=topic)
    await sender.taps("5 ★")


async def _two_admins_decide(stage: Environment, sender: Play, first: Play, second: Play, show: Show) -> None:
    request = max(await stage.service.store.do(requests.listing), key=lambda one: one.number)
    tell(show, text("demo", "First the dry run: what would be erased? Looking: {admin}", admin=first.name))
    await first.says(f"/kvkk_uygula {request.number}")
    await sender.post("clock", advance=PAUSE)
    tell(show, text("demo", "Nobody approves what they began themselves. Confirming: {admin}", admin=second.name))
    await second.taps("Onayla (başka bir yönetici)")


async def _until_gone(stage: Environment, sender: Play, traces: Traces) -> None:
    """The answer arrives, then the chat's address, the keys and the topic go: rounds of the supervisor, which nothing
    announces. What has not gone after some minutes of the clock, the search tells."""
    keyring = stage.service.store.vault.keyring
    for _ in range(ROUNDS):
        keyring.refresh()
        if not any(keyring.holds(key) for key in traces.keys) and not in_chats(stage, traces)[0]:
            break
        await sender.post("clock", advance=PAUSE)
        await asyncio.sleep(0.3)
        await sender.settle()


def _title(show: Show, words: Text) -> None:
    show(f"\n── {say(words, LANGUAGE)} ──")
