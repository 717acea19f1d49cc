"""The figures an operator watches: each measure is one line here, and one line of /metrics."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

__all__ = [
    "CONTENT_TYPE",
    "ERRORS",
    "FORGED_CALLBACKS",
    "MESSAGES_FAILED",
    "MESSAGES_SENT",
    "MESSAGES_TRACED",
    "OLDEST",
    "POLL_ERRORS",
    "QUARANTINED",
    "REGISTRY",
    "ROUND_ENDED",
    "SEND_SECONDS",
    "TURNS",
    "TURN_SECONDS",
    "WAITING",
    "WORK_DONE",
    "WORK_FAILED",
    "WORK_SECONDS",
    "exposition",
]

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

REGISTRY: Final = CollectorRegistry()
"""Our own, so that no library's figures get into it. No label ever holds a person, a chat or an order."""

ProcessCollector(registry=REGISTRY)


def _counter(name: str, tells: str, *labels: str) -> Counter:
    return Counter(f"mektupx_{name}", tells, labels, registry=REGISTRY)


def _gauge(name: str, tells: str, *labels: str) -> Gauge:
    return Gauge(f"mektupx_{name}", tells, labels, registry=REGISTRY)


def _seconds(name: str, tells: str, *labels: str) -> Histogram:
    return Histogram(
        f"mektupx_{name}_seconds",
        tells,
        labels,
        registry=REGISTRY,
        buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    )


# The conversation
TURNS = _counter("turns", "Envelopes answered at the door.", "event")
TURN_SECONDS = _seconds("turn", "From the door to the commit.")
ERRORS = _counter("errors", "Exceptions that were ours.", "room")
QUARANTINED = _counter("quarantined", "Updates that could not be read or handled.", "bot")
POLL_ERRORS = _counter("poll_errors", "Calls of getUpdates that failed; slower: Telegram's 429.", "bot", "reason")

# Messages
MESSAGES_SENT = _counter("messages_sent", "Messages Telegram has accepted.", "bot")
MESSAGES_FAILED = _counter(
    "messages_failed",
    "Tries of a message that failed; too_fast: Telegram's 429; closed: the chat's state; refused: for good; unmade: its"
    " file could not be drawn.",
    "bot",
    "reason",
)
MESSAGES_TRACED = _counter(
    "messages_traced", "Messages looked for because nobody knew whether they had arrived.", "bot", "trace"
)
SEND_SECONDS = _seconds("send", "One call of the Bot API.", "bot")

# Work outside the transaction
WORK_DONE = _counter("work_done", "Previews, links, mails, prints done.", "kind")
WORK_FAILED = _counter("work_failed", "Work that failed and will be tried again, or needs a person.", "kind")
WORK_SECONDS = _seconds("work", "One piece of work.", "kind")
WAITING = _gauge("waiting", "Rows that wait in an outbox, orders by state, and what is open at the desk.", "outbox")
OLDEST = _gauge("oldest_seconds", "How long the oldest in an outbox has waited.", "outbox")
ROUND_ENDED = _gauge("round_ended_timestamp_seconds", "When a round last ended well (Unix time).", "round")

# Strangers at the webhooks
FORGED_CALLBACKS = _counter("forged_callbacks", "Payment callbacks and webhooks with a wrong signature.", "source")


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    return generate_latest(REGISTRY)
