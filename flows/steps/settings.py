"""The sender's settings: language, contact details, what is saved, and the separate birthday consent."""

from dataclasses import replace

from flows.core.effects import RecordConsent, Reply
from flows.core.events import ButtonTapped
from flows.core.state import Profile
from flows.core.step import Forward, Here, Move, Open, Stay, Step, button, lines
from flows.input.email import readable
from flows.words.text import Phone, Text, Verbatim, plural, text

CLOSE = button("settings", "Close", "close")
NONE_YET: Text = text("settings", "not given")


def ask(here: Here) -> Reply:
    known = here.profile
    consent = (
        (button("settings", "Withdraw the birthday consent", "withdraw"),)
        if known.birthday_consent
        else (button("settings", "Birthday discount: off", "open", "birthday"),)
        if known.adult_on and here.operator.tariff.birthday
        else ()
    )
    saved = (
        (known.addressees, button("settings", "Forget saved addressees", "forget")),
        (known.invoice, button("settings", "Forget the last invoice", "open", "forget_invoice")),
    )
    return Reply(
        lines(
            text(
                "settings",
                "Your settings\nName: {name}\nTelephone: {phone}\nE-mail: {email}\nSaved addressees: {saved}",
                name=Verbatim(known.name) if known.name else NONE_YET,
                phone=Phone(known.phone) if known.phone else NONE_YET,
                email=Verbatim(readable(known.email)) if known.email else NONE_YET,
                saved=len(known.addressees),
            ),
            *_last_invoice(known),
        ),
        (
            (button("settings", "Language", "open", "language"), button("settings", "Name", "open", "name")),
            (button("settings", "Telephone", "open", "phone"), button("settings", "E-mail", "open", "email")),
            *((key,) for given, key in saved if given),
            *((consent,) if consent else ()),
            (CLOSE,),
        ),
    )


def _last_invoice(known: Profile) -> tuple[Text, ...]:
    """In whose name the last invoice was, which is offered again."""
    if not known.invoice:
        return ()
    return (text("settings", "Last invoice: {invoice}", invoice=Verbatim(known.invoice.short)),)


def take_open(here: Here, tap: ButtonTapped) -> Move:
    return Open(step=tap.value)


def ask_forget(here: Here) -> Reply:
    return Reply(
        plural(
            "settings",
            "Shall we erase your saved addressee? It cannot be brought back.",
            "Shall we erase your {n} saved addressees? They cannot be brought back.",
            len(here.profile.addressees),
        ),
        ((button("settings", "Yes, erase", "yes"), button("cancel", "No, keep it", "close")),),
    )


def take_forget(here: Here, tap: ButtonTapped) -> Move:
    return Forward(say=text("settings", "Erased."), profile=replace(here.profile, addressees=()))


def ask_forget_invoice(here: Here) -> Reply:
    return Reply(
        text(
            "settings",
            "Shall we erase the name and address of your last invoice? With your next order you would write them again."
            " Invoices that were made out are kept, as the law requires.",
        ),
        ((button("settings", "Yes, erase", "yes"), button("cancel", "No, keep it", "close")),),
    )


def take_forget_invoice(here: Here, tap: ButtonTapped) -> Move:
    """An order that is open keeps its own."""
    return Forward(say=text("settings", "Erased."), profile=replace(here.profile, invoice=None))


def take_withdraw(here: Here, tap: ButtonTapped) -> Move:
    """One tap; what the consent allowed to be kept goes at once (KVKK m.7)."""
    given = here.profile.birthday_consent
    if given is None:
        return Stay(ask=True)
    return Forward(
        say=text("settings", "Your consent has been withdrawn and your birth date has been erased."),
        profile=replace(here.profile, birthday_consent=None, birth_date=None),
        effects=(RecordConsent("birthday", given.version, given.sha256, given=False),),
    )


STEP = Step(
    name="settings",
    ask=ask,
    accepts=text("settings", "Please tap what you would like to change, or “Close”."),
    taps={
        "open": take_open,
        "forget": lambda here, tap: Open(step="forget"),
        "withdraw": take_withdraw,
        "close": lambda here, tap: Forward(),
    },
    needed=lambda here: False,
)
WAITS = text("cancel", "Please tap one of the buttons. Everything stays as it is until then.")
FORGET = Step(
    name="forget",
    ask=ask_forget,
    accepts=WAITS,
    taps={"yes": take_forget, "close": lambda here, tap: Forward()},
    needed=lambda here: False,
)
FORGET_INVOICE = Step(
    name="forget_invoice",
    ask=ask_forget_invoice,
    accepts=WAITS,
    taps={"yes": take_forget_invoice, "close": lambda here, tap: Forward()},
    needed=lambda here: False,
)
