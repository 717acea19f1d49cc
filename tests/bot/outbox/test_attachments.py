"""What the envelope shows is pictured of the very letter that was asked about; a lost picture holds up no word."""

from __future__ import annotations

import hashlib

import pytest

from bot.messenger.protocol import Files
from bot.outbox import attachments
from bot.outbox.attachments import Attachments
from bot.outbox.delivery import Unmade
from flows.core.effects import Attachment
from flows.core.events import Person
from flows.core.state import Profile, Standing
from rendering.processes.pool import RenderFailed

ME, LETTER, PDF = Person("telegram", "1"), "a" * 32, b"%PDF the letter"
SHA256 = hashlib.sha256(PDF).hexdigest()


class Lost:
    """A drawing room whose workers are lost, whatever it is asked for."""

    def __init__(self, *, final: bool = False) -> None:
        self._final = final

    def __getattr__(self, name: str) -> object:
        async def lost(*_: object, **__: object) -> bytes:
            raise RenderFailed("its worker was lost", self._final)

        return lost


class One:
    """A store that holds one letter, or none any more; and a drawing room that says what it was handed."""

    def __init__(self, held: object) -> None:
        self._held = held

    async def do(self, _: object, person: Person, letter: str = LETTER) -> object:
        assert person == ME and letter in (LETTER, "MX20261")
        return self._held

    async def window(self, pdf: bytes, envelope: str, sender: object) -> bytes:
        return b"%s in %s" % (pdf, envelope.encode())


@pytest.mark.parametrize(
    ("held", "wanted", "shown"),
    [(PDF, SHA256, Files((b"%PDF the letter in ptt",))), (b"%PDF drawn anew", SHA256, None), (None, SHA256, None)],
    ids=["the letter", "it was drawn anew", "it was destroyed"],
)
async def test_the_window_shows_that_letter_in_the_envelope_of_the_print_room(
    held: bytes | None, wanted: str, shown: Files | None
) -> None:
    room = One(held)
    files = Attachments(room, room, "ptt")  # type: ignore[arg-type]
    assert await files.fetch(ME, Attachment("window", LETTER, wanted)) == shown


@pytest.mark.parametrize("final", [True, False])
async def test_a_document_that_cannot_be_drawn_says_whether_trying_again_helps(
    final: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is made of what is held: bot/wording has tables of its own."""
    monkeypatch.setattr(attachments, "readable", lambda *_: None)
    monkeypatch.setattr(attachments, "invoice_page", lambda _: None)
    for kind, of, held in (("export", "pdf", Standing(ME)), ("invoice", "MX20261", object())):
        files = Attachments(One(held), Lost(final=final), "ptt")  # type: ignore[arg-type]
        with pytest.raises(Unmade) as told:
            await files.fetch(ME, Attachment(kind, of))
        assert (str(told.value), told.value.tries) == ("its worker was lost", 1 if final else 4)


@pytest.mark.parametrize(
    ("kind", "of", "left"),
    [
        ("window", LETTER, Files()),
        ("preview", LETTER, Files(document=PDF, name="mektup.pdf")),
        ("stationery", "", Files(name="kagitlar.png")),
    ],
)
async def test_a_picture_that_cannot_be_drawn_holds_up_no_word(kind: str, of: str, left: Files) -> None:
    store = One(Standing(ME, profile=Profile(language="tr")) if kind == "stationery" else PDF)
    files = Attachments(store, Lost(), "ptt")  # type: ignore[arg-type]
    assert await files.fetch(ME, Attachment(kind, of, SHA256 if of else "")) == left  # type: ignore[arg-type]
