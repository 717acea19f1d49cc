"""A partner's error says itself whether trying again can help, whichever partner it is."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import bot
from bot.base.partner import PartnerError
from bot.mail.post import LettersNotCarried, MailboxUnknown, MailError
from bot.messenger.downloads import FileError
from bot.payments.iyzico.client import Refused
from bot.payments.provider import ProviderError
from bot.payments.unread import Unread
from bot.printer.ipp_client import Busy
from bot.printer.sink import SinkAway, SinkError, SinkRefused, SinkUnreachable, SinkUnsure

# Whether the same call may succeed later, by hand; None: whoever raises it says so each time.
MAY_PASS: dict[type[PartnerError], bool | None] = {
    ProviderError: None,
    Refused: None,
    FileError: None,
    MailError: True,
    MailboxUnknown: False,
    LettersNotCarried: False,
    SinkError: True,
    SinkAway: True,
    SinkUnreachable: True,
    Busy: True,
    SinkUnsure: True,
    SinkRefused: False,
}


@pytest.mark.parametrize(("kind", "passes"), MAY_PASS.items(), ids=[kind.__name__ for kind in MAY_PASS])
def test_each_kind_says_whether_it_may_pass(kind: type[PartnerError], passes: bool | None) -> None:
    if passes is None:
        assert [kind("x", retry=retry).retry for retry in (True, False)] == [True, False]
        with pytest.raises(TypeError):
            kind("x")  # type: ignore[call-arg]
    else:
        assert kind("x").retry is passes  # type: ignore[call-arg]


@pytest.mark.parametrize("passes", [(True,), (False,), (False, True), (False, False)], ids=str)
def test_several_unread_answers_may_pass_if_one_of_them_may(passes: tuple[bool, ...]) -> None:
    assert Unread((), [ProviderError("x", retry=one) for one in passes]).retry is any(passes)


def test_the_table_names_every_partners_error_of_the_product() -> None:
    for room in ("mail", "messenger", "payments", "printer", "work"):
        for module in pkgutil.walk_packages([f"{bot.__path__[0]}/{room}"], f"bot.{room}."):
            importlib.import_module(module.name)
    assert _kinds(PartnerError) == {*MAY_PASS, Unread}


def _kinds(base: type[PartnerError]) -> set[type[PartnerError]]:
    """Those of the product: tests bring errors of their own."""
    below = base.__subclasses__()
    return {kind for kind in below if kind.__module__.startswith("bot.")} | {
        one for kind in below for one in _kinds(kind)
    }
