"""The conversation holds whatever happens: every step answers every event, and a refused one changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.wording.speak import words
from flows.conversation.journey import ASIDES, DETOURS, STEPS
from flows.conversation.moves import open_step
from flows.conversation.pictures import REFUSED
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.retention_notice import Retained
from flows.core.state import Standing, Turn
from flows.desk.openings.table import Why
from flows.desk.requests.table import Kind
from flows.letter.photo_page import ONLY_ITS_WORDS
from flows.steps import support
from flows.words.text import Lines
from tests.flows.wanderer import GOOD, HOSTILE, START, Wanderer, happening

ACTS: tuple[Callable[[Wanderer, int], None], ...] = (
    Wanderer.goes_on, Wanderer.writes_hostile, Wanderer.writes_late, Wanderer.edits, Wanderer.taps, Wanderer.taps_old,
    Wanderer.forges, Wanderer.shares, Wanderer.sends, Wanderer.commands, Wanderer.works, Wanderer.fails,
    Wanderer.repeats, Wanderer.orders, Wanderer.blocks, Wanderer.waits, Wanderer.delivers, Wanderer.refuses,
    Wanderer.slips, Wanderer.sends_words, Wanderer.forwards, Wanderer.replies, Wanderer.writes_more_than_fits,
    Wanderer.answers, Wanderer.takes_out,
)  # fmt: skip
MANY = tuple(map(chr, range(0x3400, 0x4D00)))  # more characters than a message could list
ANYTHING = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 100)), max_size=25)


@given(st.lists(st.tuples(st.integers(0, 18), ANYTHING), min_size=1, max_size=4))
@example([(5, [(Wanderer.goes_on, 0), (Wanderer.writes_hostile, 33), (Wanderer.replies, 1)])])
@example([(6, [(Wanderer.goes_on, 0), (Wanderer.slips, 0), (Wanderer.edits, 4)]), (1, [])])
def test_nothing_a_sender_or_the_world_does_breaks_a_promise(days: list[tuple[int, list[tuple[object, int]]]]) -> None:
    """Each day begins with a few steps straight on, so that the far end of the journey is walked too."""
    wanderer = Wanderer()
    for onward, acts in days:
        for _ in range(onward):
            wanderer.goes_on(0)
        for act, nth in acts:
            act(wanderer, nth)  # type: ignore[operator]


ACTS_TO_AN_END = 12
AT_REST = ("payment", "home", "notice", "blocked")


@given(st.lists(st.tuples(st.integers(0, 18), ANYTHING), min_size=1, max_size=3))
@example([(6, [(Wanderer.slips, 1), (Wanderer.answers, 1)])])  # "gönder", and then "vazgeç" before it was measured
def test_from_wherever_somebody_is_the_way_out_is_near_and_nothing_is_lost_on_it(
    days: list[tuple[int, list[tuple[object, int]]]],
) -> None:
    """“Vazgeç” leaves every question; where those words belong to a letter, its own buttons lead on."""
    wanderer = Wanderer()
    for onward, acts in days:
        for _ in range(onward):
            wanderer.goes_on(0)
        for act, nth in acts:
            act(wanderer, nth)  # type: ignore[operator]
    written = wanderer.standing.draft.manuscript.text
    for _ in range(ACTS_TO_AN_END):
        if wanderer.standing.step in AT_REST and not wanderer.standing.aside:
            break
        wanderer.leaves()
    assert wanderer.standing.step in AT_REST and not wanderer.standing.aside
    assert written in wanderer.standing.draft.manuscript.text or wanderer.standing.step == "payment"


# Every step, every event ----------------------------------------------------------------------------------------------


BESIDE = (
    ("stationery", "delivery"), ("sender", "delivery"), ("posting", "delivery"), ("mend", "preview"),
    ("contact", "contract"), ("discount", "contract"), ("national_id", "contract"),
)  # fmt: skip


@cache
def standings() -> dict[str, Standing]:
    """A person at every step: on the way as they come to it, beside the way from where it is opened."""
    walk, found = Wanderer(), dict[str, Standing]()
    while "home" not in found:
        found.setdefault(walk.standing.step, walk.standing)
        walk.goes_on(0)
    minor = replace(found["birth_date"].profile, blocked_until=date(2026, 12, 1))
    found["blocked"] = replace(found["birth_date"], step="blocked", profile=minor)
    for beside, behind in BESIDE:
        found[beside] = replace(found[behind], step=beside)
    for aside in ASIDES:
        found[aside.name] = replace(found["delivery"], aside=aside.name)
    return found


def occurrences(standing: Standing) -> list[ev.Event]:
    """One of every kind of event, and of some several."""
    order = standing.orders[0] if standing.orders else happening_order()
    revision = standing.draft.revision
    return [
        ev.TextWritten("Merhaba dünya", 9001),
        *(ev.TextWritten(words, 9001) for words in HOSTILE),
        ev.TextEdited("Merhaba dünya", 9001),
        ev.TextEdited("Merhaba dünya", 9001, "AgAC"),
        ev.TextEdited("Merhaba dünya", standing.draft.last_message or 9001),
        *(ev.TextEdited("Merhaba dünya", message) for message, _ in standing.draft.manuscript.parts),
        ev.ButtonTapped("yes", "", str(standing.screen), "t"),
        ev.ButtonTapped("yes", "", str(standing.screen - 1), "t"),
        ev.ButtonTapped("cancel_order", order.id, "", "t"),
        ev.ContactShared("905321234567", own=True),
        ev.ContactShared("905321234567", own=False),
        ev.FileSent("voice"),
        ev.PictureSent("photo", "AgAC", "", 9001),
        ev.PictureSent("document", "BQAC", "\ud800", 9001, 30 * 2**20, "a1"),
        ev.PictureSent("photo", "AgAC", "/destek bakın", 9001, 5, "a2"),
        ev.CommandGiven("yeni", "", 9001),
        ev.CommandGiven("nothing", "", 9001),
        ev.ChatBlocked(),
        ev.ChatOpened(),
        ev.CodeMailed(standing.draft.email or "a@example.com", "s", "d"),
        ev.MailRefused(standing.draft.email or "a@example.com"),
        ev.LetterMeasured(revision, standing.draft.stationery or "klasik", 1, 0),
        ev.LetterMeasured(revision, standing.draft.stationery or "klasik", 11, 3, ("𓂀",)),
        ev.LetterMeasured(
            revision, standing.draft.stationery or "klasik", 1, 0, tuple(map(chr, range(0x3400, 0x4D00)))
        ),
        ev.LetterMeasured(revision - 1, "klasik", 1, 0),
        ev.LetterUnmeasured(revision),
        ev.PhotoKept(standing.draft.letter, 9001, "AgAC", 1280, 853),
        ev.PhotoRefused(standing.draft.letter, 9001, "away"),
        ev.AddressUnfit(revision, ("W" * 40,)),
        ev.AddressUnfit(revision, (), ("𓂀",), sender=True),
        ev.PreviewDrawn(revision, 1, 0, "ab"),
        ev.PreviewDrawn(revision, 11, 3, ""),
        ev.PreviewRefused(revision),
        ev.PreviewRefused(revision, too_large=True),
        ev.PreviewRefused(revision, final=True),
        ev.PreviewArrived("ab"),
        ev.PreviewArrived(standing.draft.preview.sha256 if standing.draft.preview else ""),
        ev.PreviewUndelivered(standing.draft.letter),
        ev.DeadlinePassed("birth_date", str(standing.draft.birth_message)),
        ev.DeadlinePassed("tea", ""),
        ev.TicketOpened(41),
        ev.TicketEdited(41),
        ev.TicketEdited(0),
        ev.TicketEdited(0, closed=41),
        ev.TicketEdited(41, later=START),
        *(ev.TicketEdited(41, left_out=why) for why in ("big", "unreadable", "away")),
        *(ev.TicketRefused(why, START) for why in ("flood", "blocked")),
        *(ev.PictureRefused(why) for why in ("big", "unreadable", "away")),
        ev.TicketAnswered(41, "Yarın postada."),
        ev.TicketAnswered(41, "", "a" * 32),
        ev.TicketReminded(41, date(2026, 12, 1)),
        *(ev.TicketClosed(41, why) for why in ("done", "silence", "unanswered")),
        ev.TicketReopened(41),
        ev.TicketUnshown(41),
        ev.InvoiceCopied("MPX2026000000001"),
        *(ev.LetterOpened("MX000123", why, START) for why in Why),
        ev.RequestOpened("access", 7, date(2026, 12, 23)),
        ev.RequestOpened("erasure", 8, date(2026, 12, 23)),
        *(ev.RequestAnswered(7, kind, (Retained("orders", 1, date(2029, 12, 1)),)) for kind in Kind),
        ev.RequestRefused(7, "…", "KVKK m.28"),
        ev.RequestWaits(7, ("MX000123",)),
        ev.RequestWaits(7, ("MX000123",), date(2027, 1, 4)),
        ev.RequestPostponed(7, ("MX000123",), date(2027, 1, 4), 8, "KVKK m.5/2-c", date(2026, 11, 23)),
        ev.RequestUndecided(7, "KVKK m.13/2", date(2026, 11, 23)),
        *(ev.WorkGivenUp(kind) for kind in ("Refund", "OpenTicket", "CloseLink")),
        ev.RequestWithdrawn(8, True),
        ev.RequestWithdrawn(8, False),
        ev.AddressBarred(revision),
        ev.AddressBarred(revision - 1),
        ev.AccountIdle(date(2028, 12, 23)),
        ev.DraftEnding(date(2026, 12, 23)),
        ev.ButtonTapped("go_on", "", "", "t"),
        ev.ButtonTapped("withdraw", "8", "", "t"),
        ev.ButtonTapped("withdraw", "all", "", "t"),
        ev.ButtonTapped("keep", "", "", "t"),
        *(
            happening(kind, order, START, nth)
            for kind in kinds()
            if issubclass(kind, ev.OrderEvent)
            for nth in range(6)
        ),
    ]


def kinds() -> list[type[ev.Event]]:
    """Every kind of event there is."""
    found = (getattr(ev, name) for name in ev.__all__)
    abstract = (ev.Event, ev.OrderEvent, ev.FromDesk, ev.FromSender)
    return [kind for kind in found if isinstance(kind, type) and issubclass(kind, ev.Event) and kind not in abstract]


def happening_order() -> object:
    return standings()["payment"].orders[0]


def after(standing: Standing, event: ev.Event) -> Turn:
    wanderer = Wanderer(standing=standing)
    wanderer.receive(event)
    assert wanderer.last is not None
    return wanderer.last


def test_there_is_a_person_at_every_step_and_one_of_every_event() -> None:
    assert set(standings()) == set(STEPS) == set(GOOD)
    assert {type(event) for event in occurrences(standings()["letter"])} == set(kinds())


@pytest.mark.parametrize("name", STEPS)
def test_every_step_answers_every_event(name: str) -> None:
    standing = standings()[name]
    assert open_step(standing).name == name
    for event in occurrences(standing):
        after(standing, event)


@pytest.mark.parametrize("name", STEPS)
def test_every_step_bears_an_empty_draft(name: str) -> None:
    """A backup put back, a letter destroyed: the step may stand there without what it speaks of."""
    aside = name in {step.name for step in ASIDES}
    bare = replace(standings()["birth_date"], step="letter" if aside else name, aside=name if aside else "")
    for event in occurrences(bare):
        after(bare, event)


@pytest.mark.parametrize("name", STEPS)
def test_a_refused_event_changes_nothing(name: str) -> None:
    """Nothing but the notes of what was written last, and of what stands lowest in the chat."""
    standing = standings()[name]
    step = open_step(standing)
    refused: list[ev.Event] = [ev.TextWritten("a\ud800b", 9001), ev.TextWritten(" ", 9001), ev.FileSent("voice")]
    refused += [ev.TextEdited("Merhaba", 9999)]
    if name != "letter":  # where it may stand in the letter, and is asked about
        refused.append(ev.CommandGiven("nothing", "", 9001))
    refused += [ev.ButtonTapped("forged", "", str(standing.screen), "t"), ev.ButtonTapped("yes", "", "0", "t")]
    refused += [
        ev.LetterMeasured(-1, "klasik", 1, 0),
        ev.PreviewDrawn(-1, 1, 0, ""),
        ev.PreviewArrived("another"),
        ev.PreviewUndelivered("another"),
        ev.LetterUnmeasured(-1),
        ev.AddressUnfit(-1, ("W",)),
    ]
    refused += [ev.DeadlinePassed("birth_date", "0"), ev.CodeMailed("other@example.com", "", "")]
    if ev.TextWritten not in step.on:
        refused.append(ev.TextWritten("Merhaba dünya", 9001))
    if ev.ContactShared not in step.on:
        refused.append(ev.ContactShared("905321234567", own=True))
    for event in refused:
        assert unnoted(after(standing, event).standing) == unnoted(standing), event


def unnoted(standing: Standing) -> Standing:
    noted = {"last_message": 0, "last_question": "", "heard": (), "lowest": ""}
    return replace(standing, draft=replace(standing.draft, **noted))


@pytest.mark.parametrize("name", STEPS)
def test_every_offered_button_does_something_once(name: str) -> None:
    """The second tap on the same button only ends the waiting sign, where the first has led somewhere."""
    wanderer = Wanderer(standing=standings()[name])
    screen = open_step(wanderer.standing).ask(wanderer._here())
    for button in [button for row in screen.buttons for button in row if not button.url] if screen else ():
        tap = ev.ButtonTapped(button.action, button.value, "" if button.lasting else str(wanderer.standing.screen), "t")
        first = after(wanderer.standing, tap)
        assert not any(effect.text for effect in first.effects if isinstance(effect, fx.Toast)), button
        if first.standing.screen > wanderer.standing.screen and not button.lasting:
            assert after(first.standing, tap) == Turn(first.standing, (fx.Toast("t"),)), button


@pytest.mark.parametrize("name", [step.name for step in (*DETOURS, *ASIDES)])
def test_beside_the_way_there_is_always_a_way_on(name: str) -> None:
    if name != "blocked":
        screen = open_step(standings()[name]).ask(Wanderer(standing=standings()[name])._here())
        assert screen is not None and any(row for row in screen.buttons)


# Stories that were wrong once -----------------------------------------------------------------------------------------


def walked(step: str) -> Wanderer:
    return Wanderer(standing=standings()[step])


def test_a_minor_who_writes_the_date_twice_is_still_asked_to_confirm_it() -> None:
    minor = walked("birth_check")
    minor.writes("1.1.2015")
    assert (minor.standing.step, minor.standing.profile.adult_on) == ("birth_check", None)


def test_a_birth_date_is_forgotten_even_after_another_message() -> None:
    slow = walked("birth_check")
    slow.writes("hımm")
    slow.receive(ev.DeadlinePassed("birth_date", str(slow.standing.draft.birth_message)))
    assert (slow.standing.step, slow.standing.draft.birth_date) == ("birth_date", None)


def test_an_edited_name_is_never_read_as_the_address() -> None:
    sender = walked("addressee")
    sender.writes("Nermin Öztürk")
    sender.receive(ev.TextEdited("Nermin Yıldız", sender.messages[-1]))
    assert (sender.standing.step, sender.standing.draft.addressee_name) == ("address", "Nermin Yıldız")


def test_an_address_that_does_not_fit_is_not_lost_behind_a_side_question() -> None:
    asking = walked("address_check")
    asking.writes("/destek")
    assert asking.standing.aside == "support"
    asking.receive(ev.AddressUnfit(asking.standing.draft.revision, ("W" * 40,)))
    assert (asking.standing.aside, asking.standing.step, asking.standing.draft.addressee) == (
        "support",
        "address",
        None,
    )


def test_of_an_address_that_does_not_fit_the_words_that_do_not_are_named_and_of_an_older_finding_the_line() -> None:
    """The line itself says whether it is asked of the name."""
    line = "Nermin Öztürk"
    for found, named in ((("Öztürk",), "Öztürk"), ((), line)):
        asking = walked("address_check")
        assert line in asking.standing.draft.addressee_name
        asking.receive(ev.AddressUnfit(asking.standing.draft.revision, (line,), parts=found))
        assert asking.last is not None and asking.standing.step == "addressee"
        (said,) = [reply for reply in asking.last.effects if isinstance(reply, fx.Reply)]
        assert words(said.text, "en").partition("Too wide: ")[2].splitlines()[0] == named


def test_an_edit_behind_a_side_question_leads_to_the_letter_and_never_to_a_payment_without_order() -> None:
    paying = walked("payment")
    order = paying.standing.draft.order
    paying.writes("/destek")
    paying.receive(ev.TextEdited("Sevgili anneannem,", paying.standing.draft.manuscript.parts[0][0]))
    assert (paying.standing.aside, paying.standing.step, paying.standing.draft.order) == ("", "letter", "")
    assert paying._order(order).state.value == "cancelled"


def test_a_photo_that_is_added_to_a_message_of_the_letter_is_not_printed_and_that_is_said() -> None:
    writing = walked("letter")
    writing.writes("Sevgili anneannem,")
    message = writing.messages[-1]
    said = fx.Reply(ONLY_ITS_WORDS)
    for file, told in (("", False), ("AgAC", True)):
        writing.receive(ev.TextEdited("Canım anneannem,", message, file))
        assert (message, "Canım anneannem,") in writing.standing.draft.manuscript.parts
        assert writing.last is not None and (said in writing.last.effects) is told


def test_a_correction_whose_picture_could_not_be_had_says_both() -> None:
    asking = walked("home")
    found = ev.TicketEdited(41, left_out="unreadable")
    asking.receive(found)
    (reply,) = asking.last.effects  # type: ignore[union-attr]
    assert reply == fx.Reply(Lines((support.edited(found), REFUSED["unreadable"])))


def test_cancelling_while_paying_closes_the_question_too() -> None:
    paying = walked("payment")
    paying.writes("/iptal")
    paying.receive(ev.ButtonTapped("yes", "", str(paying.standing.screen), "t"))
    assert (paying.standing.step, paying.standing.aside) == ("home", "")


def test_a_letter_left_behind_unpaid_is_destroyed_when_its_link_expires() -> None:
    paying = walked("payment")
    order = paying.standing.orders[-1]
    paying.writes("/yeni")
    paying.receive(ev.ButtonTapped("yes", "", str(paying.standing.screen), "t"))
    assert fx.ShredLetter(order.letter) not in paying.last.effects  # type: ignore[union-attr]
    paying.at += timedelta(hours=24)
    paying.receive(ev.LinkExpired(order.id))
    assert fx.ShredLetter(order.letter, order.id) in paying.last.effects  # type: ignore[union-attr]


def test_an_incomplete_address_is_never_shown_as_complete() -> None:
    """/yeni, /start and side questions come back to the missing part."""
    sender = walked("address")
    sender.writes("caferağa mah moda cad kadıköy istanbul")
    for command in ("/start", "/yeni", "/destek", "/yardim", "/yeni"):
        sender.writes(command)
    assert (sender.standing.step, sender.standing.draft.mending) == ("address", "number")


def test_who_writes_can_be_written_to() -> None:
    blocked = walked("home")
    blocked.receive(ev.ChatBlocked())
    assert blocked.standing.unreachable
    blocked.writes("Merhaba")
    assert not blocked.standing.unreachable


def test_two_taps_mail_one_code() -> None:
    sender = walked("code")
    sender.at += timedelta(minutes=2)
    tap = ev.ButtonTapped("resend", "", str(sender.standing.screen), "t")
    for _ in range(2):
        sender.receive(tap)
    assert len([work for work in sender.work if isinstance(work, fx.MailCode)]) == 1


def test_a_correction_never_leads_past_a_letter_that_has_changed() -> None:
    """The invoice's message is edited after the letter was: without its new preview there is no contract to accept."""
    wanderer = Wanderer()
    while open_step(wanderer.standing).name != "invoice":
        wanderer.goes_on(0)
    wanderer.goes_on(0)
    assert wanderer.standing.step == "contract"
    invoice = wanderer.messages[-1]
    wanderer.receive(ev.TextEdited("Başka sözler.", wanderer.standing.draft.manuscript.parts[0][0]))
    assert wanderer.standing.step == "letter"
    wanderer.receive(ev.TextEdited("Işıl İnci, Ihlamur Sok. No: 4, 06420 Çankaya, Ankara", invoice))
    assert wanderer.standing.step == "letter"
    while open_step(wanderer.standing).name != "payment":
        wanderer.goes_on(0)
    assert wanderer.standing.orders
