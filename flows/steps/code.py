"""The six-digit code that proves the e-mail address: ten minutes, five attempts, a new one after a minute."""

import hashlib
import hmac
from dataclasses import replace

from flows.core.effects import Reply
from flows.core.events import ButtonTapped, CodeMailed, MailRefused, TextWritten
from flows.core.step import GoTo, Here, Move, Stay, Step, button
from flows.input.contact import CODE_ATTEMPTS, CODE_LIFE, CODE_RESEND, read_code
from flows.input.email import readable
from flows.steps import email
from flows.words.text import Text, Verbatim, plural, text


def ask(here: Here) -> Reply:
    return Reply(
        text(
            "code",
            "We have sent the code; it is valid for 10 minutes. Could you please write the six digits from the e-mail"
            " here?",
        ),
        ((button("code", "Ask for a new code", "resend"), button("code", "Correct the address", "address")),),
    )


def take_text(here: Here, said: TextWritten) -> Move:
    draft = here.draft
    if draft.code_at is None or here.at - draft.code_at > CODE_LIFE:
        return Stay(say=text("code", "This code has expired. You can ask for a new one with the button below."))
    if draft.code_attempts >= CODE_ATTEMPTS:
        return Stay(
            say=text("code", "No attempts are left for this code. You can ask for a new one with the button below.")
        )
    typed = read_code(said.text)
    if not isinstance(typed, str):
        return Stay(say=typed)
    digest = hashlib.sha256((draft.code_salt + typed).encode()).hexdigest()
    if hmac.compare_digest(digest.encode(), draft.code_digest.encode()):
        return email.settled(here)
    tried = replace(draft, code_attempts=draft.code_attempts + 1)
    return Stay(say=_wrong(CODE_ATTEMPTS - tried.code_attempts), draft=tried)


def _wrong(left: int) -> Text:
    if left == 0:
        return text(
            "code", "The code did not match and no attempts are left. You can ask for a new one with the button below."
        )
    return plural(
        "code",
        "The code did not match. Attempts left: {n}. Could you please write the six digits from the last e-mail we"
        " sent you? Example: 123456",
        "The code did not match. Attempts left: {n}. Could you please write the six digits from the last e-mail we"
        " sent you? Example: 123456",
        left,
    )


def take_resend(here: Here, tap: ButtonTapped) -> Move:
    if not here.draft.email:
        return GoTo(step="email")
    sent = here.draft.code_at
    if sent is not None and here.at - sent < CODE_RESEND:
        return Stay(say=email.too_soon(CODE_RESEND - (here.at - sent)))
    return email.mail(here, here.draft.email)


def take_address(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="email", draft=replace(here.draft, email=""))


def take_mailed(here: Here, mailed: CodeMailed) -> Move:
    moved = email.take_mailed(here, mailed)
    if moved.draft is None:
        return moved
    return Stay(
        say=text("code", "A new code is on its way to {address}.", address=Verbatim(readable(mailed.address))),
        draft=moved.draft,
    )


def take_refused(here: Here, refused: MailRefused) -> Move:
    """The address is asked for again."""
    moved = email.take_refused(here, refused)
    return moved if moved.draft is None else GoTo(step="email", draft=moved.draft, say=moved.say)


STEP = Step(
    name="code",
    ask=ask,
    accepts=text("code", "Please write the six digits from the e-mail. Example: 123456"),
    on={TextWritten: take_text, CodeMailed: take_mailed, MailRefused: take_refused},
    taps={"resend": take_resend, "address": take_address},
    needed=lambda here: not here.profile.email,
    back="email",
    settled=True,
)
