"""Scripted misfortune: the next calls of a method are refused, never answered, cut off, or done without telling."""

from __future__ import annotations

from dataclasses import dataclass

from bot.playground.bot_api.refusals import REFUSALS, Refusal

__all__ = ["ERRORS", "Fault", "Faults"]

ERRORS: dict[str, tuple[int, str]] = {
    "400": (400, "Bad Request: message can't be sent"),
    "401": (401, "Unauthorized"),
    "403": (403, "Forbidden: bot was blocked by the user"),
    "413": (413, REFUSALS["TOO_LARGE"][1]),
    "409": (409, "Conflict: " + REFUSALS["OTHER_POLLER"][1]),
    "429": (429, "Too Many Requests: retry after {retry_after}"),
    "migrate": (400, "Bad Request: group chat was upgraded to a supergroup chat"),
    "500": (500, "Internal Server Error"),
    "502": (502, "Bad Gateway"),
    "503": (503, "Service Unavailable"),
    "504": (504, "Gateway Timeout"),
}


@dataclass
class Fault:
    """error: a key of ERRORS, "timeout" (no answer), "reset" (cut before acting) or, with drop_reply, "" (act, cut).
    words: only a call whose text or caption has them meets it."""

    bot: str
    method: str
    error: str
    times: int = 1
    retry_after: int = 1
    drop_reply: bool = False
    migrate_to: int | None = None
    description: str = ""
    words: str = ""

    def refusal(self) -> Refusal:
        code, words = ERRORS[self.error]
        parameters = {}
        if self.error == "429":
            parameters = {"retry_after": self.retry_after}
        if self.error == "migrate" and self.migrate_to:
            parameters = {"migrate_to_chat_id": self.migrate_to}
        return Refusal(code, self.description or words.format(retry_after=self.retry_after), parameters)


class Faults:
    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def take(self, bot: str, method: str, words: str = "") -> Fault | None:
        """The fault this call meets, counted down."""
        for fault in self.waiting:
            if fault.bot == bot and fault.method.lower() in (method.lower(), "*") and fault.words in words:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
