"""Letters as slow work: measured, drawn, and laid out with what stands at the foot of the page."""

from __future__ import annotations

from dataclasses import replace

from bot.work.addressee_notice import addressee_notice
from bot.work.context import WorkContext
from flows.address.address import Address, is_prison, lines
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.kept_draft import DraftBrought
from flows.core.state import Standing
from flows.core.step import Operator
from flows.words.turkish import fold
from locales import say
from rendering.drawn import TOO_LARGE, Fitted
from rendering.layout.page import Letter
from rendering.layout.photos import Photo
from rendering.processes.pool import RenderFailed
from storage.printing import serials
from storage.rights import objections
from storage.senders import conversations, people, photos, previews
from storage.store.store import WorkItem

HOME = "TÜRKİYE"
"""A letter that comes back from abroad has to find its country, in capitals (UPU S42)."""


def sheet(standing: Standing, operator: Operator, stationery: str = "") -> Letter:
    """The letter of a draft as the drawing room takes it; of its photos the sizes, which is all that is measured."""
    draft, whole = standing.draft, standing.draft.manuscript.whole
    language = draft.language or standing.profile.language
    abroad = draft.addressee is not None and draft.addressee.country != "TR"
    return Letter(
        letter_id=draft.letter,
        piece_id=draft.letter[:12].upper(),
        language=language,
        text=whole.words,
        styles=whole.styles,
        addressee=lines(draft.addressee) if draft.addressee else (),
        return_line=returns_to((draft.own_sender,) if draft.own_sender else operator.return_address, abroad=abroad),
        footnote=say(
            addressee_notice(operator.seller.title, operator.contact, channel=standing.person.channel), language
        ),
        stationery=stationery or operator.stationery_of(draft),
        envelope=operator.envelope,
        photos=tuple(Photo(b"", photo.width, photo.height) for photo in draft.photos if not photo.awaited),
        # A prison may refuse a letter for a code on it: its sheets are matched by hand (docs/print-room.md).
        marks=draft.addressee is None or not is_prison(draft.addressee),
    )


def returns_to(address: tuple[str, ...], *, abroad: bool) -> str:
    """The return address as one line; for a letter to abroad it ends with its country."""
    line = " · ".join(address)
    return f"{line} · {HOME}" if abroad and fold(HOME) not in fold(line) else line


async def measure(context: WorkContext, item: WorkItem, work: fx.MeasureLetter) -> ev.Event | None:
    standing = await context.store.do(people.standing_of, item.person)
    if standing is None or standing.draft.revision != work.revision:
        return None  # a newer one is on its way
    found = await context.pool.measure(sheet(standing, context.operator, work.stationery), item.person)
    return ev.LetterMeasured(
        work.revision, work.stationery, found.pages, found.lines_over, found.unprintable, found.dpi
    )


async def measure_address(context: WorkContext, item: WorkItem, work: fx.MeasureAddress) -> ev.Event | None:
    standing = await context.store.do(people.standing_of, item.person)
    if standing is None or standing.draft.revision != work.revision:
        return None
    if (
        not work.sender
        and standing.draft.addressee
        and await context.store.do(objections.barred, standing.draft.addressee)
    ):
        return ev.AddressBarred(work.revision)
    letter = sheet(standing, context.operator)
    if standing.draft.addressee is None:  # before its address, a name alone
        letter = replace(letter, addressee=lines(Address(name=standing.draft.addressee_name)))
    return await _unfit(context, item, letter, work.revision, (work.sender,))


def _named(letter: Letter, found: Fitted, revision: int, *, sender: bool) -> ev.AddressUnfit | None:
    """What of the addressee's lines, or of the sender's, is too wide or has no glyph."""
    own = (letter.return_line,) if found.sender else (), found.sender_unprintable, found.sender_parts
    wide, strange, parts = own if sender else (found.lines, found.unprintable, found.parts)
    return ev.AddressUnfit(revision, wide, strange, sender, parts) if wide or strange else None


async def _unfit(
    context: WorkContext, item: WorkItem, letter: Letter, revision: int, of_sender: tuple[bool, ...]
) -> ev.AddressUnfit | None:
    """The first that cannot be printed of the addresses asked about: the addressee's (False), the sender's (True)."""
    found = await context.pool.fitted(letter, item.person)
    named = (_named(letter, found, revision, sender=sender) for sender in of_sender)
    return next((unfit for unfit in named if unfit), None)


async def draw(context: WorkContext, item: WorkItem, work: fx.DrawPreview) -> ev.Event | None:
    """The drawn bytes are kept sealed before anybody hears of them, and never over those of another revision.

    One revision always draws to the same bytes, so a second drawing of it changes nothing.
    """
    standing = await context.store.do(people.standing_of, item.person)
    if standing is None or standing.draft.revision != work.revision or standing.draft.preview is not None:
        return None
    letter = sheet(standing, context.operator)
    measured = await context.pool.measure(letter, item.person)
    if measured.lines_over:
        return ev.PreviewDrawn(work.revision, measured.pages, measured.lines_over, "")
    kept = {one.message: one for one in await context.store.do(photos.read, letter.letter_id)}
    wanted = [photo.message for photo in standing.draft.photos]
    if lost := tuple(message for message in wanted if message not in kept):
        return ev.PreviewRefused(work.revision, lost=lost)
    printed = tuple(Photo(kept[one].jpeg, kept[one].width, kept[one].height) for one in wanted)
    serial = await context.store.do(serials.given, letter.letter_id, work.revision)
    try:
        drawn = await context.pool.draw(replace(letter, serial=serial, photos=printed), item.person)
    except RenderFailed as refused:
        if refused.reason == TOO_LARGE:
            return ev.PreviewRefused(work.revision, too_large=True)
        mendable = (False, True) if standing.draft.own_sender else (False,)  # the seller's own the sender cannot mend
        if refused.final and (unfit := await _unfit(context, item, letter, work.revision, mendable)):
            return unfit
        raise
    standing = await context.store.do(people.standing_of, item.person)
    if standing is None or standing.draft.revision != work.revision or standing.draft.preview is not None:
        return None
    await context.store.do(previews.keep, letter.letter_id, drawn.pdf, drawn.sha256, drawn.pages, serial)
    return ev.PreviewDrawn(work.revision, drawn.pages, 0, drawn.sha256)


async def bring_draft(context: WorkContext, item: WorkItem, work: fx.BringDraft) -> ev.Event | None:
    """None where the letter has been destroyed meanwhile."""
    found = await context.store.do(conversations.ordered_draft, item.person, work.letter)
    return DraftBrought(work.order, found) if found else None
