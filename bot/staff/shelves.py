"""Replies from templates and data subjects' requests: how their own small tables become turns of the staff desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from flows.desk import answers, request_commands, request_turns, template_acts, template_desk, templates
from flows.desk import ticket as tickets
from flows.desk.asked import Asked
from flows.desk.effects import (
    CountTemplates,
    DeskButton,
    DeskEffect,
    DeskTurn,
    FileRequest,
    KeepAnswer,
    KeepTemplate,
    Say,
    Sign,
    TellSender,
    Toast,
)
from flows.desk.roles import Role
from flows.events import FromDesk
from flows.text import text
from storage import request_desk
from storage import requests as request_rows
from storage import templates as template_rows
from storage import tickets as ticket_rows

__all__ = ["CONFIRM", "new_facts", "request", "request_facts", "template_facts", "with_template"]


# Templates ------------------------------------------------------------------------------------------------------------


def _about_templates(asked: Asked, number: int | None) -> template_desk.Asked:
    assert asked.moment is not None and asked.house is not None
    words = asked.value if asked.tap else asked.words
    return template_desk.Asked(
        words,
        asked.moment.at,
        asked.house,
        asked.language,
        asked.actor,
        Role.ADMIN in asked.roles,
        asked.action if asked.tap else "",
        number,
    )


def template_facts(conn: Any, vault: Any, asked: Asked) -> tuple[template_desk.Asked, template_desk.Desk, Any]:
    """The shelf, the question it is about, and the same question as an answer to it is decided on."""
    mine = _about_templates(asked, ticket_rows.of_desk(conn, vault, asked.here) or None)
    desk = template_rows.facts(conn, vault, mine)
    about = None if desk.ticket is None else ticket_rows.about(conn, vault, desk.ticket.number)
    return mine, desk, about


GONE = text("template", "The sender of this ticket is not with us any more, so nothing was sent.")

TakeTemplate = Callable[[template_desk.Asked, template_desk.Desk], template_desk.Answer]


def with_template(take: TakeTemplate) -> Callable[[Asked, Any], DeskTurn]:
    """What the shelf decides, as a turn of the desk. A reply that is sent goes the way of every answer."""

    def act(asked: Asked, facts: Any) -> DeskTurn:
        mine, desk, about = facts
        found = take(mine, desk)
        sent = next((one for one in found.effects if isinstance(one, template_desk.SendTemplate)), None)
        ended: tuple[DeskEffect, ...] = (Toast(asked.tap),) if asked.tap else ()
        if sent is not None and about is None:  # the question is there, its sender is not any more
            return DeskTurn((*ended, Say(GONE, reply_to=asked.message)))
        if sent is not None:
            turn = answers.answer(asked, tickets.Facts(about.number, sent.words, about), about)
            kept = [replace(one, template=sent.label) if isinstance(one, KeepAnswer) else one for one in turn.effects]
            goes = any(isinstance(one, KeepAnswer) and not one.held for one in kept)
            return DeskTurn((*kept, *([CountTemplates(sent.used)] if goes else [])))
        changes = [KeepTemplate(one) for one in found.effects if not isinstance(one, template_desk.SendTemplate)]
        buttons = tuple(tuple(DeskButton(key.label, key.action, key.value) for key in row) for row in found.buttons)
        signed = [Sign("change_template", asked.actor)] if changes else []
        shown = () if about is None else (about.number,)
        said = Say(found.say, buttons=buttons, reply_to=asked.message, about=shown)
        return DeskTurn((*ended, *changes, said, *signed))

    return act


T_TAKE: Final = with_template(templates.take)
SABLON_TAKE: Final = with_template(template_acts.take)

# Requests -------------------------------------------------------------------------------------------------------------

CONFIRM: Final = "dsr"
"""A button under a dry run; its value is the request's number and a word."""


def _about_requests(asked: Asked) -> request_turns.Asked:
    assert asked.moment is not None
    words = asked.value if asked.tap else asked.words
    if asked.tap and " " not in words:  # a button of an earlier version
        words = f"{words} {request_commands.CONFIRM[0]}"
    return request_turns.Asked(str(asked.user), asked.language, words, asked.moment.at, asked.lone)


def request_facts(facts: Callable[[Any, Any, request_turns.Asked], Any]) -> Callable[[Any, Any, Asked], Any]:
    return lambda conn, vault, asked: facts(conn, vault, _about_requests(asked))


def new_facts(conn: Any, vault: Any, asked: Asked) -> Callable[[str], bool]:
    """Whether an order of that number is there, for a file that is opened on behalf of its sender."""
    known = request_rows.known_orders(conn, asked.words)
    return lambda number: number in known


def request(take: Callable[[request_turns.Asked, Any], request_turns.DeskTurn]) -> Callable[[Asked, Any], DeskTurn]:
    """What was decided about a request, as a turn of the desk."""

    def act(asked: Asked, facts: Any) -> DeskTurn:
        decided = take(_about_requests(asked), None if callable(facts) else facts)
        ended: tuple[DeskEffect, ...] = (Toast(asked.tap),) if asked.tap else ()
        effects: list[DeskEffect] = [*ended]
        for one in decided.effects:
            if isinstance(one, request_turns.OpenOnBehalf) and one.order and callable(facts) and not facts(one.order):
                return DeskTurn((*ended, Say(request_commands.NO_SUCH_ORDER, reply_to=asked.message)))
            effects += _kept(asked, one)
        return DeskTurn(tuple(effects))

    return act


OPENED = text("request", "The file is open. Its number and its last day stand in the list: /dsr")


def _kept(asked: Asked, one: request_turns.Decision) -> list[DeskEffect]:
    match one:
        case request_turns.Say():
            keys = tuple((DeskButton(label, CONFIRM, command.partition(" ")[2]),) for label, command in one.buttons)
            return [Say(one.text, buttons=keys, reply_to=asked.message)]
        case request_turns.TellSender() if isinstance(one.event, FromDesk):
            return [TellSender(one.person, one.event)]
        case request_turns.Sign():
            return [Sign(one.action, one.subject, one.ticket)]
        case request_turns.OpenOnBehalf():
            return [FileRequest(one), Say(OPENED, reply_to=asked.message), Sign("open_request", asked.actor)]
        case _:
            return [FileRequest(one)]


ONE = request_facts(request_desk.facts_of_one)
ALL_OF_THEM = request_facts(request_desk.facts_of_all)
