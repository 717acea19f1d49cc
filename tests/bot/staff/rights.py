"""Who of the staff may do what, and where: written by hand from docs and product, beside the tables it checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.desk.base.roles import Role

__all__ = ["BUTTONS", "COMMANDS", "TEMPLATE_WORDS", "WITHOUT_A_COMMAND", "Right"]


@dataclass(frozen=True, slots=True)
class Right:
    """roles: any one of them is enough. place: "anywhere", or "private" where others must not read it.
    looked_up: only for whoever is in the staff group at this very moment."""

    roles: frozenset[Role]
    place: str = "anywhere"
    looked_up: bool = True


EVERYBODY = frozenset({Role.ADMIN, Role.AGENT, Role.AUDITOR})
WRITES_TO_SENDERS = frozenset({Role.ADMIN, Role.AGENT})
ADMIN = frozenset({Role.ADMIN})
READS_THE_LOG = frozenset({Role.ADMIN, Role.AUDITOR})

COMMANDS: Mapping[str, Right] = {
    # Tickets: an agent answers senders, an auditor only sees how many there are.
    "sorular": Right(EVERYBODY),
    "y": Right(WRITES_TO_SENDERS),
    "ata": Right(WRITES_TO_SENDERS),
    "ertele": Right(WRITES_TO_SENDERS),
    "kapat": Right(WRITES_TO_SENDERS),
    "yeniden_ac": Right(WRITES_TO_SENDERS),
    "engelle": Right(WRITES_TO_SENDERS),
    "engel_kaldir": Right(WRITES_TO_SENDERS),
    "t": Right(WRITES_TO_SENDERS),
    "sablon": Right(WRITES_TO_SENDERS),  # its words that change a template: below
    # Data subjects' requests: admins only. A name or a court's words are written in private.
    "kvkk": Right(ADMIN),
    "kvkk_sure": Right(ADMIN),
    "kvkk_goster": Right(ADMIN),
    "kvkk_uygula": Right(ADMIN),
    "kvkk_ret": Right(ADMIN, "private"),
    "kvkk_yeni": Right(ADMIN, "private"),
    # Letters, paper and money: admins only. The reason of an opening may name somebody, so it is written in private.
    "ac": Right(ADMIN, "private"),
    "kuyruk": Right(ADMIN),
    "tepsi": Right(ADMIN),
    "mutabakat": Right(ADMIN),
    "iade": Right(ADMIN),
    "personel": Right(ADMIN),
    # Who accessed what: the auditor's reason to be here, and nobody else's to read along.
    "kayit": Right(READS_THE_LOG, "private"),
    # Nothing about anybody is in these.
    "durum": Right(EVERYBODY, looked_up=False),
    "yardim": Right(EVERYBODY, looked_up=False),
}

BUTTONS: Mapping[str, Right] = {
    # Below a ticket.
    "also": Right(WRITES_TO_SENDERS),
    "drop": Right(WRITES_TO_SENDERS),
    "mine": Right(WRITES_TO_SENDERS),
    "close": Right(WRITES_TO_SENDERS),
    # Below a template that is about to be sent.
    "tsend": Right(WRITES_TO_SENDERS),
    "tedit": Right(WRITES_TO_SENDERS),
    "tdrop": Right(WRITES_TO_SENDERS),
    "tpick": Right(WRITES_TO_SENDERS),
    # Below the access log: older lines.
    "visits": Right(READS_THE_LOG, "private"),
    # The second pair of eyes on an opening, and telling its sender later.
    "openyes": Right(ADMIN),
    "openno": Right(ADMIN),
    "opentell": Right(ADMIN),
    # Below the print queue and the refunds.
    "queue": Right(ADMIN),
    "refund": Right(ADMIN),
    # The second pair of eyes on an erasure.
    "dsr": Right(ADMIN),
    # A button that no version draws any more.
    "explode": Right(EVERYBODY, looked_up=False),
}

WITHOUT_A_COMMAND: Mapping[str, Right] = {
    "": Right(WRITES_TO_SENDERS),  # a reply to a ticket's message is an answer to the sender
    "(edit)": Right(EVERYBODY, looked_up=False),  # is told that what was sent stays sent
    "(forwarded)": Right(EVERYBODY, looked_up=False),
    "(no answer)": Right(EVERYBODY, looked_up=False),
    "(no text)": Right(EVERYBODY, looked_up=False),
    "(words)": Right(EVERYBODY, looked_up=False),
    "nonsense": Right(EVERYBODY, looked_up=False),  # a misspelt command: the nearest of one's own is named
}

TEMPLATE_WORDS: Mapping[str, frozenset[Role]] = {
    # Whoever may send templates may look at them; only an admin changes what everybody sends.
    "search late": WRITES_TO_SENDERS,
    "show where": WRITES_TO_SENDERS,
    "history where": WRITES_TO_SENDERS,
    "add newyear en: Hello": ADMIN,
    "change where en: Hello": ADMIN,
    "retire where": ADMIN,
    "restore where": ADMIN,
}
"""What follows /template -> who may."""
