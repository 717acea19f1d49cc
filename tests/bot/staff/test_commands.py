"""What the staff bot answers: to whom, in which language, and how it helps with a misspelt command."""

from __future__ import annotations

import asyncio
import re

import pytest
from telegram import BotCommandScopeChat

from bot.staff.commands import COMMANDS, FIGURES, find, menu, nearest
from bot.staff.desk import StaffDesk
from flows.conversation import commands
from flows.core.state import State
from flows.desk.base.roles import Role
from flows.desk.support.template_defaults import SHIPPED
from locales import LANGUAGES, say
from locales.loading import catalog_path, read_catalog
from storage.monitoring import figures
from tests.fakes import PATIENCE

from . import rights
from .conftest import ADMIN, AGENT, ENGLISH_ADMIN, GROUP, STRANGER, Desk, gone, staff_desk

pytestmark = pytest.mark.usefixtures("bot")


async def test_help_lists_every_command_in_the_readers_language(desk: Desk) -> None:
    (turkish,) = await desk.ask("/yardim")
    (english,) = await desk.ask("/help", user=ENGLISH_ADMIN)
    for command in COMMANDS:
        assert f"/{command.name} · " in turkish
        assert f"/{command.twin} · {command.help.message}" in english


async def test_start_is_help(desk: Desk) -> None:
    assert await desk.ask("/start") == await desk.ask("/yardim")


async def test_status_shows_health_figures_and_the_hour(desk: Desk) -> None:
    await desk.sender()
    (answer,) = await desk.ask("/status", user=ENGLISH_ADMIN)
    assert answer.startswith("Everything is in order.\n\nSenders: 1\n")
    assert "Open support tickets: 0\n" in answer and "As of: " in answer


async def test_every_figure_has_its_words_whatever_state_orders_are_in(desk: Desk) -> None:
    await desk.sender()
    counted = await desk.store.do(figures.count)
    assert counted.keys() <= FIGURES.keys() and FIGURES.keys() - counted.keys() <= {f"orders_{one}" for one in State}
    (answer,) = await desk.ask("/durum")
    assert "_" not in answer and "Siparişler, postaya verildi: 1\n" in answer


async def test_status_names_what_needs_a_look(desk: Desk) -> None:
    await desk.store.database.run(
        lambda conn: conn.exec_driver_sql(
            "INSERT INTO work (mark, person_id, kind, body, created_at, due_at, parked)"
            " SELECT 'm', id, 'OpenLink', x'00', 0, 0, 1 FROM person LIMIT 1"
        )
    )
    (answer,) = await desk.ask("/status", user=ENGLISH_ADMIN)
    assert answer.startswith("These need a look:\nWork that a partner refused for good: 1")


@pytest.mark.parametrize("asked", ["/durum", "/status", "/yardim", "/start", "/nonsense", "hello", "/DURUM"])
async def test_a_stranger_hears_one_polite_sentence_and_nothing_else(desk: Desk, asked: str) -> None:
    (answer,) = await desk.ask(asked, user=STRANGER)
    assert "MektupX" in answer
    assert "/" not in answer and "1" not in answer


async def test_a_stranger_in_the_staff_group_is_not_answered_and_an_admin_is(desk: Desk) -> None:
    assert await desk.ask("/durum", user=STRANGER, chat=GROUP) == []
    assert len(await desk.ask("/durum", user=ADMIN, chat=GROUP)) == 1


async def test_talk_in_the_group_is_left_alone(desk: Desk) -> None:
    assert await desk.ask("günaydın", chat=GROUP) == []


@pytest.mark.parametrize(("typed", "meant"), [("/durm", "/durum"), ("/yardm", "/yardim"), ("/statuss", "/durum")])
async def test_a_misspelt_command_is_answered_with_the_nearest_and_an_example(
    desk: Desk, typed: str, meant: str
) -> None:
    (answer,) = await desk.ask(typed)
    assert typed in answer
    assert answer.count(meant) == 2  # what was meant, and an example


@pytest.mark.parametrize("typed", ["/yardım", "/YARDIM", "/DURUM", "/Durum"])
async def test_a_command_typed_on_a_turkish_keyboard_is_understood(desk: Desk, typed: str) -> None:
    (answer,) = await desk.ask(typed)
    assert answer.split(" ")[0] == (await desk.ask("/yardim" if "y" in typed.lower() else "/durum"))[0].split(" ")[0]


async def test_a_command_for_another_bot_of_the_group_is_not_answered(desk: Desk) -> None:
    assert await desk.ask("/durum@other_bot", chat=GROUP) == []
    assert await desk.ask("/durm@other_bot", chat=GROUP) == []


async def test_words_without_a_slash_are_pointed_to_help(desk: Desk) -> None:
    (answer,) = await desk.ask("durum?")
    assert "/yardim" in answer


async def test_what_a_person_typed_is_shown_letter_for_letter(desk: Desk) -> None:
    (answer,) = await desk.ask("/durm<b>&")
    assert "/durm<b>&" in answer


async def test_an_error_of_ours_is_an_apology_and_the_next_command_works(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("figures")

    with monkeypatch.context() as patch:
        patch.setattr("storage.monitoring.figures.count", broken)
        (answer,) = await desk.ask("/status", user=ENGLISH_ADMIN)
    assert answer.startswith("Something went wrong on our side")
    assert "figures" not in answer
    assert "Senders: 0" in (await desk.ask("/status", user=ENGLISH_ADMIN))[0]


async def test_the_group_is_offered_everything_in_each_language_and_once_for_all_others(
    desk: Desk, bot: StaffDesk
) -> None:
    for language in LANGUAGES:
        there = await bot.bot.bot.get_my_commands(BotCommandScopeChat(GROUP), language_code=language)
        assert [(one.command, one.description) for one in there] == [
            (name, say(what, language)) for name, what in menu(language)
        ]
    assert await offered(bot, GROUP) == [command.name for command in COMMANDS]


async def offered(bot: StaffDesk, chat: int) -> list[str]:
    return [one.command for one in await bot.bot.bot.get_my_commands(BotCommandScopeChat(chat))]


def offered_to(role: Role) -> list[str]:
    return [name for name, right in rights.COMMANDS.items() if role in right.roles]


async def test_a_member_is_offered_what_their_roles_allow_and_a_stranger_nothing(desk: Desk, bot: StaffDesk) -> None:
    await desk.ask("/help", ENGLISH_ADMIN)
    assert await offered(bot, ENGLISH_ADMIN) == [command.twin for command in COMMANDS]
    await desk.ask("/yardim", AGENT)
    assert await offered(bot, AGENT) == offered_to(Role.AGENT) != []
    await desk.ask("/start", STRANGER)
    for language in (None, *LANGUAGES):
        assert await bot.bot.bot.get_my_commands(language_code=language) == ()
    assert await offered(bot, STRANGER) == []


async def test_a_menu_changes_with_the_roles_and_goes_with_them(desk: Desk, bot: StaffDesk) -> None:
    await desk.ask("/start", STRANGER)
    await desk.ask(f"/personel ekle {STRANGER} denetçi Kim")
    assert await offered(bot, STRANGER) == offered_to(Role.AUDITOR)
    await desk.ask(f"/personel ekle {STRANGER} temsilci Kim")
    assert await offered(bot, STRANGER) == offered_to(Role.AGENT)
    await desk.ask(f"/personel cikar {STRANGER}")
    assert await offered(bot, STRANGER) == []


async def test_menus_are_there_again_after_a_start_and_trouble_with_them_holds_up_nobody(
    desk: Desk, bot: StaffDesk
) -> None:
    await desk.ask("/yardim", AGENT)
    await gone(desk)
    await desk.post("faults", bot="staff", method="deleteMyCommands", error="502")
    again = staff_desk(desk)
    await again.start()
    await asyncio.wait_for(again.ready(), PATIENCE)
    await desk.post("faults", bot="staff", method="setMyCommands", error="502", times=9)
    await desk.ask(f"/personel cikar {AGENT}")
    assert await offered(again, AGENT) == []
    assert len(await desk.ask("/durum", ENGLISH_ADMIN)) == 1


# The table itself -----------------------------------------------------------------------------------------------------


def test_names_are_unique_and_such_as_telegram_takes() -> None:
    names = [name for command in COMMANDS for name in command.names]
    assert len(names) == len(set(names))
    assert all(name.isascii() and name.replace("_", "").isalnum() and name.islower() for name in names)
    assert all(len(name) <= 32 for name in names)  # Bot API, BotCommand


def test_every_command_says_what_it_is_for_and_who_may_use_it() -> None:
    assert all(command.help.message and command.roles for command in COMMANDS)
    assert all(command.help.context == "staff" for command in COMMANDS)
    assert all(label.context == "staff" for label in FIGURES.values())


def test_a_name_is_found_by_either_language() -> None:
    for command in COMMANDS:
        assert all(find(name) is command for name in command.names)
    assert find("nonsense") is None


def test_only_what_a_person_may_use_is_offered() -> None:
    assert nearest("durm", frozenset({Role.AGENT})).name == "durum"


# Sentences that name them ---------------------------------------------------------------------------------------------

NAMED = re.compile(r"(?<![\w/.:])/([a-z_]+)\b(?!/)(?: ([a-z]+))?")
"""A command in a sentence, and a word after it; a folder of a path is none."""


def named(english: bool) -> list[tuple[str, str, str]]:
    """(sentence, command, the word after it) of every sentence in the catalog."""
    sentences = [one for one in read_catalog(catalog_path("tr"), "tr") if one.id]
    forms = [form for one in sentences for form in _forms(one.id if english else one.string)]
    return [(form, *found) for form in forms for found in NAMED.findall(form)]


def _forms(words: str | tuple[str, ...] | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


@pytest.mark.parametrize("english", [True, False], ids=["English", "Turkish"])
def test_a_sentence_names_commands_and_templates_as_its_reader_types_them(english: bool) -> None:
    staff = {one.twin if english else one.name for one in COMMANDS}
    senders = {name for one in commands.COMMANDS for name in ([one.twin] if english else [one.name])}
    codes = {one.twin if english else one.code for one in SHIPPED.values()}
    found = named(english)
    assert {command for _, command, _ in found} & staff
    for sentence, command, word in found:
        assert command in staff | senders | {"start"}, sentence
        assert command != ("use" if english else "t") or word in codes | {""}, sentence
    assert any(command == ("use" if english else "t") and word for _, command, word in found)
