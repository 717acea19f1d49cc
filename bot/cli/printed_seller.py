"""Whether the seller's details fit where every letter prints them: the notice at its foot, the return address."""

from __future__ import annotations

from bot.base.setting_types import Seller
from bot.work.addressee_notice import CHANNELS, addressee_notice
from bot.work.letter_handlers import returns_to
from flows.words.text import Text, Verbatim, text
from locales import LANGUAGES, say
from rendering import checks
from rendering.layout.page import Letter

__all__ = ["unfit"]


def unfit(seller: Seller, envelope: str) -> Text | None:
    """What has to be mended, because the last check before printing would refuse every letter for it.

    envelope: the layout of the print room. Errors: FacesMissing without the typefaces, OSError without what draws.
    """
    strange = checks.unprintable_around("\n".join((seller.title, seller.address, seller.email)))
    if strange:
        return text(
            "check",
            "No typeface of ours prints these characters of the seller file: {characters}. Write them otherwise.",
            characters=Verbatim(" ".join(strange)),
        )
    if not _noted(seller.title, seller.email):
        return _shorter(seller)
    if not _returned(seller.address, envelope):
        return text(
            "check",
            "Shorten the address in the seller file: as the return address of a letter to abroad it takes more than"
            " two lines in the envelope's window.",
        )
    return None


def _shorter(seller: Seller) -> Text:
    most = next(
        (length for length in range(len(seller.title), 0, -1) if _noted(seller.title[:length], seller.email)), 0
    )
    if not most:
        return text(
            "check",
            "Choose a shorter e-mail address for the seller file: the notice at the foot of a letter names it, and"
            " has no room for it.",
        )
    return text(
        "check",
        "Shorten the title in the seller file: the notice at the foot of a letter names it, and has room for"
        " {most} of its {length} characters.",
        most=most,
        length=len(seller.title),
    )


def _noted(title: str, email: str) -> bool:
    """Whether the notice has room for both, whatever the letter's language and its sender's messenger."""
    notices = [addressee_notice(title, email, channel=channel) for channel in CHANNELS]
    return not any(checks.note_overflow(say(notice, language)) for notice in notices for language in LANGUAGES)


def _returned(address: str, envelope: str) -> bool:
    """Measured as it is drawn; a letter to abroad has the longer line."""
    from rendering import pdf  # noqa: PLC0415 - the system's libraries may be missing, which another check says

    line = returns_to(("MektupX", address), abroad=True)
    bare = Letter("", "", "tr", "", addressee=(), return_line=line, footnote="", envelope=envelope)
    return not pdf.fitted(bare).sender
