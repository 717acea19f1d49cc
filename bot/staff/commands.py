"""What a member of the staff can ask for: one table, from which the menu, /help and the rights are drawn."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.staff.telegram.translate import EDIT, FORWARDED, NAMELESS, NO_ANSWER, NO_TEXT, WORDS
from flows.core.effects import Toast
from flows.core.state import Turn
from flows.desk.admin import access_log, alarms, members
from flows.desk.base.effects import Say
from flows.desk.base.request import Asked
from flows.desk.base.roles import ALL, DESK, Role
from flows.desk.base.turns import does, says
from flows.desk.base.wording import STATES
from flows.desk.openings import commands, wording
from flows.desk.printing import queue, reconciling, refunds, tray
from flows.desk.requests import commands as requests
from flows.desk.requests import on_behalf
from flows.desk.support import relayed, replies, template_admin, template_use, ticket_commands
from flows.desk.support.ticket import Rest, about_a_ticket
from flows.words.text import Count, Lines, Text, Verbatim, text
from flows.words.turkish import fold
from storage.access_log import openings
from storage.access_log import reading as visit_rows
from storage.monitoring.status import ServiceStatus, status
from storage.printing import queue_facts, scans
from storage.rights import request_facts
from storage.store.executor import Act
from storage.support import staff as staff_list
from storage.support import templates as template_rows
from storage.support import ticket_list
from storage.support import tickets as ticket_rows

__all__ = [
    "COMMANDS",
    "FIGURES",
    "OTHERS",
    "TAPS",
    "Handler",
    "StaffCommand",
    "find",
    "left_aside",
    "menu",
    "misspelt",
    "nearest",
    "no_command",
    "not_yours",
    "row_of",
]

FactsOf = Act[[Asked], Any]
Take = Callable[[Asked, Any], Turn[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """Who may do it, what it is decided on, and the decision. privileged: only members of the staff chat, looked up at
    each time. whom: a member whose place in the staff chat is looked up as well, 0 for nobody. handed_in: what is asked
    is brought to the letters' own doors first, and answered here. alone: only in a private chat, because the words or
    the answer are not for everybody in the group. anybody: answered without any role too."""

    roles: frozenset[Role]
    facts: FactsOf
    take: Take
    privileged: bool = True
    whom: Callable[[Asked], int] = lambda asked: 0
    handed_in: bool = False
    alone: bool = False
    anybody: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCommand(Handler):
    """Its Turkish name, its English twin, what it is for, the words of an example after the name.

    example_en: those of an English example where they differ. also: further names that no menu shows."""

    name: str
    twin: str
    help: Text
    example: str = ""
    example_en: str = ""
    also: tuple[str, ...] = field(default=())

    def called(self, language: str) -> str:
        """The name as a reader of that language types it."""
        return f"/{self.twin if language == 'en' else self.name}"

    def shown(self, language: str) -> str:
        """A whole example."""
        example = self.example_en if language == "en" and self.example_en else self.example
        return f"{self.called(language)} {example}".rstrip()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.twin, *self.also)


def nothing(conn: Any, vault: Any, asked: Asked) -> None:
    """For what is decided on nothing but the words."""


def _in_the_tray(conn: Any, vault: Any, asked: Asked) -> list[scans.OnPaper]:
    """What the print room owes a scan; not looked at where scans are handed in."""
    return [] if asked.words.strip() or asked.file else scans.listing(conn, vault)


# What they answer -----------------------------------------------------------------------------------------------------


def _log(asked: Asked, found: access_log.Visits) -> Turn[None]:
    """Each command stands there by one name, and each reader knows it by their own."""
    return access_log.log(asked, found, {f"/{one.name}": one.called(asked.language) for one in COMMANDS})


def _help(asked: Asked, _: None) -> Turn[None]:
    rows = tuple(
        text("staff", "{command} · {what}", command=one.called(asked.language), what=one.help)
        for one in COMMANDS
        if one.roles & asked.roles
    )
    return says(text("staff", "What you can do here:\n\n{commands}", commands=Lines(rows)))


FIGURES: Final[Mapping[str, Text]] = {
    "people": text("staff", "Senders"),
    "work_waiting": text("staff", "Work in the queue"),
    "work_parked": text("staff", "Work that a partner refused for good"),
    "messages_unsent": text("staff", "Messages waiting to be sent"),
    "prints_ready": text("staff", "Letters waiting to be printed"),
    "prints_in_flight": text("staff", "Letters being handed to the printer"),
    "prints_needs_human": text("staff", "Letters that need a person"),
    "shreds_pending": text("staff", "Keys waiting to be destroyed"),
    "tickets_open": text("staff", "Open support tickets"),
    "requests_open": text("staff", "Open data-subject requests"),
    "quarantined": text("staff", "Updates that were set aside"),
    "letters_sent": text("staff", "Letters sent so far"),
    **{f"orders_{state}": text("staff", "Orders, {state}", state=said) for state, said in STATES.items()},
}
"""What /status calls the figures of storage.monitoring.figures."""


def _status(asked: Asked, facts: ServiceStatus) -> Turn[None]:
    assert asked.moment is not None
    troubles = tuple(alarms.told(name, count) for name, count in facts.troubles.items() if count)
    health = (
        text("staff", "These need a look:\n{troubles}", troubles=Lines(troubles))
        if troubles
        else text("staff", "Everything is in order.")
    )
    rows = tuple(text("staff", "{figure}: {n}", figure=FIGURES[name], n=Count(n)) for name, n in facts.figures.items())
    said = text(
        "staff", "{health}\n\n{figures}\n\nAs of: {now}", health=health, figures=Lines(rows), now=asked.moment.at
    )
    return says(said)


# The table ------------------------------------------------------------------------------------------------------------

ADMINS: Final = frozenset({Role.ADMIN})
BOOK: Final = frozenset({Role.ADMIN, Role.AUDITOR})


def _ticket(
    name: str,
    twin: str,
    what: Text,
    take: Any,
    example: str = "41",
    also: tuple[str, ...] = (),
    rest: Rest = Rest.NOTHING,
) -> StaffCommand:
    """A command about one ticket: its number follows, or it is given in the ticket's topic. rest: what else follows."""
    return StaffCommand(
        name=name,
        twin=twin,
        help=what,
        example=example,
        also=also,
        roles=DESK,
        facts=ticket_rows.facts_of(rest),
        take=about_a_ticket(take),
    )


def _of_requests(
    name: str, twin: str, what: Text, take: Any, example: str = "12", *, alone: bool = False
) -> StaffCommand:
    """A command about one data-subject request, whose number follows, or about all that are open."""
    return StaffCommand(
        name=name,
        twin=twin,
        help=what,
        example=example,
        roles=ADMINS,
        facts=request_facts.facts_of_one if example else request_facts.facts_of_all,
        take=take,
        alone=alone,
    )


COMMANDS: Final[tuple[StaffCommand, ...]] = (
    StaffCommand(
        name="sorular",
        twin="tickets",
        also=("talepler",),
        help=text("staff", "Open support tickets and figures"),
        roles=ALL,
        facts=ticket_list.overview,
        take=relayed.overview,
    ),
    _ticket("y", "reply", text("staff", "Answers a ticket"), replies.answer, "41 …", ("yanit",), Rest.WORDS),
    _ticket(
        "ata",
        "assign",
        text("staff", "Takes a ticket on, or gives it to a colleague"),
        ticket_commands.assign,
        rest=Rest.MEMBER,
    ),
    _ticket(
        "ertele",
        "snooze",
        text("staff", "Puts a ticket aside for some days"),
        ticket_commands.snooze,
        "41 3",
        rest=Rest.DAYS,
    ),
    _ticket(
        "kapat", "close", text("staff", "Closes a ticket and asks how content the sender is"), ticket_commands.close
    ),
    _ticket("yeniden_ac", "reopen", text("staff", "Opens a closed ticket again"), ticket_commands.reopen),
    _ticket(
        "engelle",
        "block",
        text("staff", "Keeps a sender's messages from the desk"),
        ticket_commands.block,
        "41 7",
        rest=Rest.DAYS,
    ),
    _ticket("engel_kaldir", "unblock", text("staff", "Lets a blocked sender write again"), ticket_commands.unblock),
    StaffCommand(
        name="t",
        twin="use",
        help=text("staff", "Answers with a template, after showing it"),
        roles=DESK,
        facts=template_rows.facts,
        take=template_use.take,
        example="nerede",
        example_en="where",
    ),
    StaffCommand(
        name="sablon",
        twin="template",
        help=text("staff", "Templates: search, show, add, change, retire"),
        roles=DESK,
        facts=lambda conn, vault, asked: template_rows.load(conn),
        take=template_admin.take,
        example="ara gecik",
        example_en="search late",
    ),
    _of_requests("kvkk", "dsr", text("staff", "Open data-subject requests"), requests.list_, ""),
    _of_requests(
        "kvkk_sure", "dsr_deadlines", text("staff", "Deadlines of data-subject requests"), requests.deadlines, ""
    ),
    _of_requests("kvkk_goster", "dsr_show", text("staff", "Shows a data-subject request"), requests.show),
    _of_requests(
        "kvkk_uygula", "dsr_apply", text("staff", "Carries out a request: dry run, then a second admin"), requests.apply
    ),
    _of_requests(
        "kvkk_ret",
        "dsr_refuse",
        text("staff", "Refuses a request, with article and reason"),
        requests.refuse,
        "12 KVKK m.28: …",
        alone=True,
    ),
    StaffCommand(
        name="kvkk_yeni",
        twin="dsr_new",
        help=text("staff", "Opens a request that came by letter"),
        roles=ADMINS,
        facts=request_facts.facts_of_new,
        take=on_behalf.new,
        example="silme MX000123 …",
        alone=True,
        example_en="erasure MX000123 …",
    ),
    StaffCommand(
        name="ac",
        twin="open",
        help=text("staff", "Opens a letter, for a legal order or a technical fault only, with a second admin"),
        roles=ADMINS,
        facts=openings.facts,
        take=commands.ask,
        alone=True,
        example="MX000123 hukuki 2026/123",
        example_en="MX000123 legal 2026/123",
    ),
    StaffCommand(
        name="kayit",
        twin="log",
        help=text("staff", "Access log: who did what, of an order or of a member of the staff"),
        roles=BOOK,
        facts=visit_rows.facts,
        take=_log,
        example="MX000123",
        alone=True,
    ),
    StaffCommand(
        name="kuyruk",
        twin="queue",
        help=text("staff", "The print queue: show, try again, hold back, settle"),
        roles=ADMINS,
        facts=queue_facts.queue_facts,
        take=queue.queue,
        example="MX000123 yeniden",
        example_en="MX000123 retry",
    ),
    StaffCommand(
        name=tray.NAMES[0],
        twin=tray.NAMES[1],
        help=text("staff", "The print room's scans, in the message or as a file; alone: what lies in the tray"),
        roles=ADMINS,
        facts=_in_the_tray,
        take=tray.tray,
        example="basildi MX000123",
        example_en="printed MX000123",
        handed_in=True,
    ),
    StaffCommand(
        name=reconciling.NAMES[0],
        twin=reconciling.NAMES[1],
        help=text(
            "staff",
            "Counts the print room's batches: the printed sheets, in the message or as a file; alone: the scans only",
        ),
        roles=ADMINS,
        facts=nothing,
        take=reconciling.reconcile,
        handed_in=True,
    ),
    StaffCommand(
        name="iade",
        twin="refunds",
        help=text("staff", "Refunds: show, try again, give the price of an order back"),
        roles=ADMINS,
        facts=queue_facts.refund_facts,
        take=refunds.refund,
        example="MX000123 kayip",
        example_en="MX000123 lost",
        also=("refund",),
    ),
    StaffCommand(
        name="personel",
        twin="staff",
        help=text("staff", "The staff: who is appointed to what"),
        roles=ADMINS,
        facts=staff_list.with_admins,
        take=members.staff,
        whom=members.leaving,
    ),
    StaffCommand(
        name="durum",
        twin="status",
        help=text("staff", "Health and figures"),
        roles=ALL,
        facts=status,
        take=_status,
        privileged=False,
    ),
    StaffCommand(
        name="yardim",
        twin="help",
        help=text("staff", "All commands"),
        roles=ALL,
        facts=nothing,
        take=_help,
        also=("start",),
        privileged=False,
    ),
)


def find(name: str) -> StaffCommand | None:
    """The command of that name, also as a Turkish keyboard writes it: /yardım, /DURUM."""
    key = fold(name)
    return next((one for one in COMMANDS if key in one.names), None)


def menu(language: str, roles: frozenset[Role] = ALL) -> tuple[tuple[str, Text], ...]:
    """Names and descriptions for Telegram's menu button. The menu hides, it does not authorise."""
    return tuple((one.called(language).lstrip("/"), one.help) for one in COMMANDS if one.roles & roles)


def nearest(typed: str, roles: frozenset[Role]) -> StaffCommand:
    """The command that was most likely meant, among those the person may use."""
    names = {name: one for one in COMMANDS if one.roles & roles for name in one.names}
    return names[difflib.get_close_matches(fold(typed), names, n=1, cutoff=0.0)[0]]


def misspelt(asked: Asked, _: None) -> Turn[None]:
    """There is no such command; here is the nearest, with an example."""
    meant = nearest(asked.command, asked.roles)
    said = text(
        "staff",
        "There is no such command: {typed}\nDid you mean this one? {command} · {what}\nExample: {example}",
        typed=Verbatim(f"/{asked.command[:64]}"),
        command=meant.called(asked.language),
        what=meant.help,
        example=meant.shown(asked.language),
    )
    return says(said)


def not_yours(command: StaffCommand | None, language: str) -> Text:
    """The act exists, the right does not."""
    if command is None:
        return text("staff", "Your role does not include this. An admin can help you.")
    called = command.called(language)
    return text("staff", "Your role does not include this command: {command}\nAn admin can help you.", command=called)


def no_command(asked: Asked, _: None) -> Turn[None]:
    """Words without a slash, in private: nothing here reads them."""
    called = COMMANDS[-1].called(asked.language)
    return says(text("staff", "Commands begin with a slash. Here you can see all of them: {help}", help=called))


def forwarded(asked: Asked, _: None) -> Turn[None]:
    """A command in the words of somebody else, who may have no right to it."""
    said = text(
        "staff",
        "This was forwarded: its words are somebody else's, so nothing was done. Please write the command yourself, or"
        " send the file itself with it.",
    )
    return says(said)


def nameless(asked: Asked, _: None) -> Turn[None]:
    """An anonymous admin, or a channel."""
    said = text(
        "staff",
        "Telegram does not tell the bot who has written this, so nothing was done. Please turn off “Remain anonymous”"
        " in your admin rights, or write as yourself and not as a channel, and send it once more.",
    )
    return does(Say(said, reply_to=asked.message))


def old_button(asked: Asked, _: None) -> Turn[None]:
    """A button nobody draws any more."""
    return does(Toast(asked.tap, text("staff", "This button does nothing any more.")))


MISSPELT: Final = Handler(roles=ALL, facts=nothing, take=misspelt, privileged=False)
OLD_BUTTON: Final = Handler(roles=ALL, facts=nothing, take=old_button, privileged=False)

OTHERS: Final[Mapping[str, Handler]] = {
    "": Handler(roles=DESK, facts=ticket_rows.facts, take=about_a_ticket(replies.answer)),
    EDIT: Handler(roles=ALL, facts=ticket_rows.was_answer, take=replies.edited, privileged=False),
    NO_ANSWER: Handler(roles=ALL, facts=nothing, take=replies.not_an_answer, privileged=False),
    NO_TEXT: Handler(roles=ALL, facts=nothing, take=replies.not_in_words, privileged=False),
    WORDS: Handler(roles=ALL, facts=nothing, take=no_command, privileged=False),
    FORWARDED: Handler(roles=ALL, facts=nothing, take=forwarded, privileged=False),
    NAMELESS: Handler(roles=ALL, facts=nothing, take=nameless, privileged=False, anybody=True),
}
"""What is asked without a command: an answer, an edit, a reply to something else, bare words in private, a command that
is forwarded, or anything by somebody whom Telegram does not name."""

TAPS: Final[Mapping[str, Handler]] = {
    **{
        action: Handler(roles=DESK, facts=ticket_rows.facts, take=take)
        for action, take in ticket_commands.BUTTONS.items()
    },
    **{action: Handler(roles=DESK, facts=template_rows.facts, take=template_use.take) for action in template_use.TAPS},
    access_log.MORE: Handler(roles=BOOK, facts=visit_rows.facts, take=_log, alone=True),
    wording.YES: Handler(roles=ADMINS, facts=openings.facts, take=commands.approve),
    wording.NO: Handler(roles=ADMINS, facts=openings.facts, take=commands.refuse),
    wording.TELL: Handler(roles=ADMINS, facts=openings.facts, take=commands.tell),
    queue.TAP: Handler(roles=ADMINS, facts=queue_facts.queue_facts, take=queue.queue),
    refunds.TAP: Handler(roles=ADMINS, facts=queue_facts.refund_facts, take=refunds.refund),
    requests.CONFIRM: Handler(roles=ADMINS, facts=request_facts.facts_of_one, take=requests.apply),
}
"""What a tapped button does."""


def row_of(asked: Asked) -> tuple[Handler, StaffCommand | None]:
    """The row that serves this, and the command if it is one."""
    if asked.tap:
        return TAPS.get(asked.action, OLD_BUTTON), None
    if asked.command in OTHERS:
        return OTHERS[asked.command], None
    command = find(asked.command)
    if command is not None and command.name in TO_SENDERS and (asked.beside or (asked.picture and command.name != "y")):
        return OTHERS[NO_TEXT], None
    return command or MISSPELT, command


TO_SENDERS: Final = frozenset({"y", "t"})
"""Commands whose words go to a sender: below a file that cannot go with them nothing is sent."""


def left_aside(asked: Asked, command: StaffCommand | None) -> tuple[Say, ...]:
    """Below any other file a command is a command, and what was not looked at is said."""
    takes_it = command is None or command.name in TO_SENDERS or bool(asked.file)
    if takes_it or not (asked.picture or asked.beside):
        return ()
    return (Say(text("staff", "Only the command was read; the file with it was left aside."), reply_to=asked.message),)
