"""The methods about the bot itself: who it is, its commands, its names, its files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.playground.bot_api.call import Call
from bot.playground.bot_api.media import DOWNLOAD_LIMIT
from bot.playground.bot_api.refusals import refuse
from flows.words.text import units

__all__ = ["ABOUT_BOT"]

Json = dict[str, Any]
TEXTS = {"Name": ("name", 64), "Description": ("description", 512), "ShortDescription": ("short_description", 120)}


def get_me(call: Call) -> Json:
    """api#user: the fields returned only in getMe are all there."""
    return call.bot.api() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def _language(call: Call) -> str:
    code: str = call.given.get("language_code", "")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        refuse("LANGUAGE")
    return code


def _scope(call: Call) -> str:
    scope = call.given.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        chat = call.chat_of(scope["chat_id"])
        if scope["type"] in ("chat_administrators", "chat_member") and chat.private:
            refuse("SCOPE", scope=scope["type"], why="it is for groups and supergroups")
    return ":".join(str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope)


def set_my_commands(call: Call) -> bool:
    commands, key = call.given["commands"], (_scope(call), _language(call))
    if len(commands) > 100:
        refuse("COMMANDS_MANY", found=len(commands))
    for command in commands:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", command["command"]):
            refuse("COMMAND")
        if not 1 <= units(command["description"].strip()) <= 256:
            refuse("COMMAND_DESCRIPTION")
    call.bot.commands[key] = [command | {"command": command["command"].lstrip("/")} for command in commands]
    return True


def get_my_commands(call: Call) -> list[Json]:
    return call.bot.commands.get((_scope(call), _language(call)), [])


def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop((_scope(call), _language(call)), None)
    return True


def _setter(field: str, limit: int) -> Callable[[Call], bool]:
    def act(call: Call) -> bool:
        words = call.given.get(field, "")
        if units(words) > limit:
            refuse("TOO_LONG_FIELD", field=field, limit=limit)
        call.bot.texts[field, _language(call)] = words
        return True

    return act


def _getter(field: str) -> Callable[[Call], Json]:
    def act(call: Call) -> Json:
        """In the wanted language, else the one for everybody."""
        texts = call.bot.texts
        usual = call.bot.first_name if field == "name" else ""
        return {field: texts.get((field, _language(call))) or texts.get((field, "")) or usual}

    return act


def get_file(call: Call) -> Json:
    file = call.world.files.get(call.given["file_id"])
    if file is None or file.bot != call.bot.name:
        refuse("FILE_TEMPORARILY")
    if len(file.content) > DOWNLOAD_LIMIT:
        refuse("FILE_BIG")
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": file.path,
    }


ABOUT_BOT: dict[str, Callable[[Call], Any]] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    **{f"setMy{name}": _setter(*rule) for name, rule in TEXTS.items()},
    **{f"getMy{name}": _getter(rule[0]) for name, rule in TEXTS.items()},
    "getFile": get_file,
}
