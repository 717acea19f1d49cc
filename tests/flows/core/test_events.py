"""Whose doing each event is: the sender's, who waits for an answer, the staff desk's, or the world's."""

from __future__ import annotations

from flows.core import events as ev

FROM_SENDER = {
    ev.TextWritten,
    ev.TextEdited,
    ev.ButtonTapped,
    ev.ContactShared,
    ev.FileSent,
    ev.PictureSent,
    ev.CommandGiven,
}
FROM_DESK = {
    ev.InvoiceCopied,
    ev.RequestWaits,
    ev.RequestRefused,
    ev.RequestPostponed,
    ev.RequestUndecided,
    ev.TicketAnswered,
    ev.TicketReminded,
    ev.TicketClosed,
    ev.TicketReopened,
    ev.TicketUnshown,
    ev.LetterOpened,
}
OF_ORDERS_FROM_DESK = {ev.FoundPrinted, ev.FoundUnprinted, ev.RefundGranted, ev.PartRefundGranted}
OF_ORDERS_FROM_WORLD = {
    ev.LinkOpened,
    ev.LinkRefused,
    ev.LinkExpired,
    ev.PaymentSettled,
    ev.PaymentDeclined,
    ev.OrderCancelled,
    ev.PrintClaimed,
    ev.PrintStuck,
    ev.PrintWithheld,
    ev.StopAsked,
    ev.LetterDispatched,
    ev.LetterShredded,
    ev.LetterPrinted,
    ev.LetterSpoiled,
    ev.LetterPosted,
    ev.LetterReturned,
    ev.LetterDestroyed,
    ev.TrayOverdue,
    ev.LetterLost,
    ev.LatestEndPassed,
    ev.RepostAsked,
    ev.DestructionAsked,
    ev.RefundSettled,
}
FROM_WORLD = {
    ev.ChatBlocked,
    ev.ChatOpened,
    ev.CodeMailed,
    ev.MailRefused,
    ev.LetterMeasured,
    ev.LetterUnmeasured,
    ev.AddressUnfit,
    ev.AddressBarred,
    ev.PreviewDrawn,
    ev.PreviewRefused,
    ev.PreviewArrived,
    ev.PreviewUndelivered,
    ev.DeadlinePassed,
    ev.TicketOpened,
    ev.TicketEdited,
    ev.TicketRefused,
    ev.PictureRefused,
    ev.PhotoKept,
    ev.PhotoRefused,
    ev.RequestOpened,
    ev.RequestAnswered,
    ev.RequestWithdrawn,
    ev.AccountIdle,
    ev.DraftEnding,
    ev.WorkGivenUp,
}
BASES = {ev.Event, ev.OrderEvent, ev.FromDesk, ev.FromSender}


def kinds(base: type[ev.Event]) -> set[type[ev.Event]]:
    """Every kind of event that is one of `base`."""
    found = {kind for kind in vars(ev).values() if isinstance(kind, type) and issubclass(kind, base)}
    return found - BASES


def test_what_a_sender_does_who_waits_for_an_answer() -> None:
    assert kinds(ev.FromSender) == FROM_SENDER


def test_what_the_desk_has_decided() -> None:
    assert kinds(ev.FromDesk) == FROM_DESK
    assert set(ev.BY_DESK) == OF_ORDERS_FROM_DESK


def test_what_happens_to_an_order() -> None:
    assert kinds(ev.OrderEvent) == OF_ORDERS_FROM_DESK | OF_ORDERS_FROM_WORLD


def test_every_event_is_the_senders_the_desks_or_the_worlds_and_of_one_of_them() -> None:
    groups = (FROM_SENDER, FROM_DESK, OF_ORDERS_FROM_DESK, OF_ORDERS_FROM_WORLD, FROM_WORLD)
    assert kinds(ev.Event) == set().union(*groups)
    assert sum(map(len, groups)) == len(set().union(*groups))
