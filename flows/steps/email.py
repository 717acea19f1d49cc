"""The sender's e-mail address; a likely typo is offered back, never corrected on our own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from math import ceil

from flows.core.effects import MailCode, Reply, SetTimer, ShowBusy
from flows.core.events import ButtonTapped, CodeMailed, MailRefused, TextWritten
from flows.core.step import BACK, Forward, GoTo, Here, Move, Stay, Step, also, button
from flows.input.contact import CODE_RESEND
from flows.input.email import read_email, readable, suggest_email
from flows.words.text import Text, Verbatim, plural, text


def ask(here: Here) -> Reply | None:
    """Nothing while the mailed code is on its way: it brings the next question."""
    if pending(here):
        return None
    suggestion = suggest_email(here.draft.email) if here.draft.email else None
    if suggestion is None:
        words = text("email", "What is your e-mail address? We will send you a six-digit confirmation code.")
        return Reply(words, ((BACK,),))
    mine = () if isinstance(read_email(here.draft.email), Text) else (button("email", "No, mine is right", "typed"),)
    return Reply(
        text(
            "email",
            "There may be a typo in your e-mail address. Did you mean this: {suggestion}",
            suggestion=Verbatim(readable(suggestion)),
        ),
        ((button("email", "Yes, this one", "suggested"), *mine), (BACK,)),
    )


def pending(here: Here) -> bool:
    """A code is being mailed to the address that was typed."""
    draft = here.draft
    return bool(draft.email and draft.email_mark) and draft.email != draft.code_address


def given(here: Here, move: Move, typed: str) -> Move:
    """An address that came together with something else: mailed at once where nothing is left to ask before it."""
    email = _address(typed)
    if here.profile.email:
        return move
    if isinstance(email, Text):
        return also(replace(move, draft=replace(move.draft or here.draft, email="")), email)
    return onward(here, replace(move, draft=replace(move.draft or here.draft, email=email)))


def onward(here: Here, move: Move) -> Move:
    """The address was given before its question: the code goes out as soon as only the address is missing."""
    draft, profile = move.draft or here.draft, move.profile or here.profile
    if not draft.email or profile.email or not profile.phone or suggest_email(draft.email):
        return move
    mailed = mail(here.now(replace(here.standing, draft=draft, profile=profile)), draft.email)
    if not isinstance(mailed, Stay) or mailed.draft is None:
        return move  # a code is on its way already, or too many were asked for: the question says so
    return GoTo(step="email", say=move.say, draft=mailed.draft, profile=mailed.profile, effects=mailed.effects)


def take_text(here: Here, said: TextWritten) -> Move:
    email = _address(said.text)
    if isinstance(email, Text):
        return Stay(say=email)
    if suggest_email(email):
        return Stay(draft=replace(here.draft, email=email, email_mark=""), ask=True)
    return mail(here, email)


def _address(typed: str) -> str | Text:
    """Ready to send to; as it was typed where something near it is meant; else why it is asked for again."""
    found = read_email(typed)
    return typed.strip() if isinstance(found, Text) and suggest_email(typed) else found


HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
AN_HOUR, A_DAY = 5, 15  # codes one person may have sent: nobody's mailbox is flooded, no code is guessed


def mail(here: Here, email: str) -> Move:
    """Sends a code, unless one was just sent there or too many were; the count outlives a change of address."""
    sent = here.draft.code_at
    if sent is not None and email == here.draft.code_address and here.at - sent < CODE_RESEND:
        return GoTo(step="code", draft=replace(here.draft, email=email))  # the one that is on its way still counts
    recent = tuple(at for at in here.profile.codes if here.at - at < DAY)
    if sum(here.at - at < HOUR for at in recent) >= AN_HOUR or len(recent) >= A_DAY:
        return Stay(say=text("email", "Too many codes were asked for. Could you please try again in an hour or later?"))
    return Stay(
        draft=replace(here.draft, email=email, email_mark=here.fresh),
        profile=replace(here.profile, codes=(*recent, here.at)),
        effects=(ShowBusy(), MailCode(email), SetTimer("code", here.fresh, DAY)),
        silent=True,
    )


def too_soon(left: timedelta) -> Text:
    return plural(
        "code",
        "A new code can be sent in {n} second. Please also look in your spam folder.",
        "A new code can be sent in {n} seconds. Please also look in your spam folder.",
        ceil(left.total_seconds()),
    )


def take_suggested(here: Here, tap: ButtonTapped) -> Move:
    return mail(here, suggest_email(here.draft.email) or here.draft.email)


def take_typed(here: Here, tap: ButtonTapped) -> Move:
    email = read_email(here.draft.email)
    return Stay(say=email) if isinstance(email, Text) else mail(here, email)


def take_mailed(here: Here, mailed: CodeMailed) -> Move:
    """The newest code counts; a code for an address that was changed meanwhile does not."""
    if mailed.address != here.draft.email:
        return Stay(silent=True)
    coded = replace(
        here.draft,
        code_digest=mailed.digest,
        code_salt=mailed.salt,
        code_at=here.at,
        code_attempts=0,
        code_address=mailed.address,
    )
    return GoTo(step="code", draft=coded)


def take_refused(here: Here, refused: MailRefused) -> Move:
    if refused.address != here.draft.email:
        return Stay(silent=True)
    said = _REFUSED.get(refused.because, _REFUSED["unknown"])
    return Stay(
        say=replace(said, values={"address": Verbatim(readable(refused.address))}), draft=replace(here.draft, email="")
    )


_REFUSED: Mapping[str, Text] = {
    "unknown": text(
        "email",
        "Our mail could not be delivered to this address: {address}. Could you please check it and write it again?"
        " Example: isil@example.com",
    ),
    "letters": text(
        "email",
        "Our mail could not be sent to this address: {address}. Mail servers on the way do not carry letters such as ş,"
        " ğ, ı before the @ sign. Could you please write an address without them? Example: isil@example.com",
    ),
}


def settled(here: Here) -> Move:
    """The code was right: the address is the sender's own."""
    return Forward(
        say=text("email", "Your e-mail address is confirmed."),
        profile=replace(here.profile, email=here.draft.email),
        draft=replace(
            here.draft, email="", code_digest="", code_salt="", code_at=None, code_attempts=0, code_address=""
        ),
    )


STEP = Step(
    name="email",
    ask=ask,
    accepts=text("email", "Please write your e-mail address. Example: isil@example.com"),
    on={TextWritten: take_text, CodeMailed: take_mailed, MailRefused: take_refused},
    taps={"suggested": take_suggested, "typed": take_typed},
    needed=lambda here: not here.profile.email,
    back="phone",
    waiting=text("email", "We are sending the code; it will be in your mailbox in a moment."),
)
