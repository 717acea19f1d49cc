"""Why a printer did not take a letter, or may not have printed it: one sentence each, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.words.text import Text, text

NOT_ANSWERED = text("printer", "The printer did not answer.")
NO_IPP = text("printer", "The printer's answer is no IPP.")
UNREACHABLE = text("printer", "The printer cannot be reached ({why}).")
UNENCRYPTED = text("printer", "The printer wants an encrypted line: write ipps:// in its address.")
NO_PRINTER = text("printer", "There is no printer at this path ({status}).")
ANSWERED = text("printer", "The printer answered with {status}.")
NOT_TAKEN = text("printer", "The printer does not take it ({status}).")
NO_NUMBER = text("printer", "The printer took the letter and gave its job no number.")
NO_PDF = text("printer", "The printer takes no PDF: print through a queue of CUPS that can turn PDF into its language.")
QUEUE_OFF = text("printer", "The printer does not accept jobs: switch its queue on (cupsaccept, cupsenable).")
PASSWORD = text("printer", "The printer wants a user and a password: ipp://user:password@host/…")

AWAY: Final[Mapping[int, Text]] = {
    0x0401: text("printer", "The printer does not let us print (forbidden)."),
    0x0402: PASSWORD,
    0x0403: text("printer", "The printer does not let this user print."),
    0x0406: text("printer", "The printer has no queue of this name: look at the path in its address."),
    0x0502: text("printer", "The printer is out of service at the moment."),
    0x0503: text("printer", "The printer does not speak this version of IPP."),
    0x0506: QUEUE_OFF,
    0x050A: text("printer", "The printer is deactivated."),
}
"""Statuses (RFC 8011, appendix B; PWG 5100.7) that are about the printer: the letter was not taken, and waits."""

BUSY: Final[Mapping[int, Text]] = {
    0x0505: text("printer", "The printer has a fault that passes."),
    0x0507: text("printer", "The printer is busy."),
    0x050B: text("printer", "The printer has too many jobs waiting."),
}
"""Those that a short while may end."""

BEGUN = text("printer", "The printer has begun {letter} (job {job}) and not said that it is done.")
TOOK_THEN = text("printer", "The printer took {letter} (job {job}), then: {why}")
FORGOT_JOB = text("printer", "The printer took {letter} (job {job}) and does not know it any more.")
ENDED: Final[Mapping[int, Text]] = {
    7: text("printer", "Job {job} with {letter} was canceled ({why}): look whether it was printed."),
    8: text("printer", "Job {job} with {letter} was aborted ({why}): look whether it was printed."),
}
"""By the job's state (RFC 8011, 5.3.7)."""
NOT_PRINTED = text("printer", "The printer has not printed {letter} (job {job}) within {seconds} seconds: {why}.")
NO_REASON = text("printer", "no reason given")
SWITCHED_OFF = text("printer", "The printer was switched off and on since {letter} may have been sent to it.")
FORGOT_TIME = text("printer", "The printer does not remember the time when {letter} may have been sent to it.")
ANOTHER_LETTER = text("printer", "The printer holds something else under the name of {letter}.")
ALTERED = text("printer", "The bytes of {letter} are not the approved ones.")
