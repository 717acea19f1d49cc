"""The registry of institutions says of each what it needs of the operator and of our web server."""

from __future__ import annotations

from bot.base.settings import PRETENDED
from bot.payments.registry import PROVIDERS, institution_named

# name -> (whether it comes with credentials of its own, whether our web server shows its page)
SPECIFIED = {
    "sandbox": (True, True),
    "iyzico": (False, False),
    "paytr": (False, False),
}


def test_each_institution_says_what_it_needs() -> None:
    assert {name: (bool(one.credentials), one.page is not None) for name, one in PROVIDERS.items()} == SPECIFIED


def test_the_settings_ask_credentials_for_every_institution_that_has_none_of_its_own() -> None:
    assert institution_named(PRETENDED).credentials
    assert [name for name, one in PROVIDERS.items() if one.credentials] == [PRETENDED]
