"""Draws docs/metrics.md, deploy/alerts.yml and deploy/grafana.json from the registry and two tables.

python -m tools.metrics
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.base.metrics import REGISTRY

import_module("bot.service.service")  # joins all rooms: printers and payments have figures of their own

ROOT = Path(__file__).parent.parent
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


@dataclass(frozen=True)
class Alert:
    """One rule: what is asked, how long it must hold, how bad it is, what an operator reads."""

    name: str
    expr: str
    lasting: str
    severity: str  # page: wakes somebody; ticket: can wait for the morning
    says: str


ALERTS = (
    Alert("MektupXDown", 'up{job="mektupx"} == 0', "2m", "page", "The service does not answer its collector."),
    Alert(
        "MektupXRoundStopped",
        'time() - mektupx_round_ended_timestamp_seconds{round!~"purge|idle|latest_ends"} > 300',
        "2m",
        "page",
        "The {{ $labels.round }} round has not ended well for five minutes.",
    ),
    Alert(
        "MektupXForgettingStopped",
        'time() - mektupx_round_ended_timestamp_seconds{round=~"purge|idle|latest_ends"} > 14400',
        "0m",
        "ticket",
        "Nothing was forgotten in time for four hours.",
    ),
    Alert(
        "MektupXLettersWait",
        'mektupx_oldest_seconds{outbox="prints"} > 1800',
        "5m",
        "page",
        "A paid letter has waited for the printer for more than half an hour.",
    ),
    Alert(
        "MektupXPrinterAway",
        'sum(increase(mektupx_print_pieces_total{outcome="away"}[15m])) > 2',
        "0m",
        "page",
        "The print room cannot be reached; letters wait in order.",
    ),
    Alert(
        "MektupXLetterNeedsAPerson",
        'mektupx_waiting{outbox="prints_needs_human"} > 0',
        "0m",
        "ticket",
        "Letters that a person must decide about: {{ $value }}.",
    ),
    Alert(
        "MektupXKeysNotDestroyed",
        'mektupx_oldest_seconds{outbox="shreds"} > 3600',
        "5m",
        "page",
        "The key of a dispatched letter still exists after an hour: what we promised is not kept.",
    ),
    Alert(
        "MektupXMessagesWait",
        'mektupx_oldest_seconds{outbox="messages"} > 300',
        "5m",
        "page",
        "A message to somebody who can be reached has waited for more than five minutes.",
    ),
    Alert(
        "MektupXMessageRefused",
        'sum by (bot) (increase(mektupx_messages_failed_total{reason="refused"}[15m])) > 0',
        "0m",
        "ticket",
        "Telegram will never take a message of the {{ $labels.bot }} bot; its writer and its reader were told.",
    ),
    Alert(
        "MektupXChatClosed",
        'sum by (bot) (increase(mektupx_messages_failed_total{reason="closed"}[15m])) > 3',
        "5m",
        "page",
        "The {{ $labels.bot }} bot may not write in a chat; what is said there waits.",
    ),
    Alert(
        "MektupXTelegramSlowsUsDown",
        'sum(rate(mektupx_messages_failed_total{reason="too_fast"}[10m])) > 0.1',
        "10m",
        "ticket",
        "Telegram answers 429 more than six times a minute.",
    ),
    Alert(
        "MektupXUpdatesNotFetched",
        "sum by (bot) (rate(mektupx_poll_errors_total[5m])) > 0.05",
        "10m",
        "page",
        "The {{ $labels.bot }} bot cannot fetch its updates.",
    ),
    Alert(
        "MektupXWorkWaits",
        'mektupx_oldest_seconds{outbox="work"} > 1800',
        "5m",
        "ticket",
        "A preview, a link, a mail or a refund has not been done for half an hour.",
    ),
    Alert(
        "MektupXWorkParked",
        'mektupx_waiting{outbox="work_parked"} > 0',
        "0m",
        "ticket",
        "Work that will never succeed by itself: {{ $value }}.",
    ),
    Alert(
        "MektupXPaymentHeld",
        'mektupx_waiting{outbox="orders_held"} > 0',
        "0m",
        "ticket",
        "Payments of a wrong amount that a person must decide about: {{ $value }}.",
    ),
    Alert(
        "MektupXErrors",
        "sum by (room) (increase(mektupx_errors_total[15m])) > 0",
        "0m",
        "ticket",
        "A mistake of ours in {{ $labels.room }}.",
    ),
    Alert(
        "MektupXUpdatesSetAside",
        "sum(increase(mektupx_quarantined_total[1h])) > 0",
        "0m",
        "ticket",
        "Updates that could not be read or served were set aside.",
    ),
    Alert(
        "MektupXSlow",
        "histogram_quantile(0.99, sum by (le) (rate(mektupx_turn_seconds_bucket[10m]))) > 1",
        "10m",
        "ticket",
        "One commit in a hundred takes longer than a second.",
    ),
    Alert(
        "MektupXForgedCallbacks",
        "sum by (source) (increase(mektupx_forged_callbacks_total[10m])) > 20",
        "0m",
        "ticket",
        "Somebody without the secret calls {{ $labels.source }}.",
    ),
    Alert(
        "MektupXCallbacksFail",
        'sum by (provider) (increase(mektupx_payment_callbacks_total{outcome="postponed"}[15m])) > 5',
        "0m",
        "ticket",
        "Callbacks of {{ $labels.provider }} could not be kept; open links are asked about all the same.",
    ),
    Alert(
        "MektupXTrayUnscanned",
        'mektupx_oldest_seconds{outbox="tray"} > 2 * 86400',
        "0m",
        "ticket",
        "A letter has been in the print tray for two days without a scan.",
    ),
    Alert(
        "MektupXDataRequests",
        'mektupx_oldest_seconds{outbox="requests"} > 20 * 86400',
        "0m",
        "page",
        "A data subject's request has been open for twenty days; the law gives thirty.",
    ),
)

# title, unit, queries (legend, expression)
PANELS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("Turns a second", "ops", (("turns", "sum(rate(mektupx_turns_total[5m]))"),)),
    (
        "From the door to the commit",
        "s",
        tuple(
            (name, f"histogram_quantile({q}, sum by (le) (rate(mektupx_turn_seconds_bucket[5m])))")
            for name, q in (("p50", 0.5), ("p99", 0.99))
        ),
    ),
    ("Mistakes of ours", "short", (("{{room}}", "sum by (room) (increase(mektupx_errors_total[15m]))"),)),
    ("Letters by state", "short", (("{{outbox}}", 'mektupx_waiting{outbox=~"prints_.*"}'),)),
    ("How long the oldest has waited", "s", (("{{outbox}}", "mektupx_oldest_seconds"),)),
    ("Pieces by outcome", "short", (("{{outcome}}", "sum by (outcome) (increase(mektupx_print_pieces_total[1h]))"),)),
    ("Orders by state", "short", (("{{outbox}}", 'mektupx_waiting{outbox=~"orders_.*"}'),)),
    (
        "Waiting",
        "short",
        (
            (
                "{{outbox}}",
                'mektupx_waiting{outbox=~"messages_unsent|work_.*|shreds_pending|tickets_open|requests_open|quarantined"}',
            ),
        ),
    ),
    (
        "Messages a minute",
        "short",
        (
            ("sent", "60 * sum(rate(mektupx_messages_sent_total[5m]))"),
            ("failed: {{reason}}", "60 * sum by (reason) (rate(mektupx_messages_failed_total[5m]))"),
        ),
    ),
    (
        "One call of the Bot API, p99",
        "s",
        (("{{bot}}", "histogram_quantile(0.99, sum by (le, bot) (rate(mektupx_send_seconds_bucket[5m])))"),),
    ),
    (
        "One piece of work, p99",
        "s",
        (("{{kind}}", "histogram_quantile(0.99, sum by (le, kind) (rate(mektupx_work_seconds_bucket[15m])))"),),
    ),
    (
        "Work done and failed an hour",
        "short",
        (
            ("done: {{kind}}", "sum by (kind) (increase(mektupx_work_done_total[1h]))"),
            ("failed: {{kind}}", "sum by (kind) (increase(mektupx_work_failed_total[1h]))"),
        ),
    ),
    (
        "Polling and strangers",
        "short",
        (
            ("{{bot}}: {{reason}}", "sum by (bot, reason) (increase(mektupx_poll_errors_total[15m]))"),
            ("forged: {{source}}", "sum by (source) (increase(mektupx_forged_callbacks_total[15m]))"),
            ("set aside: {{bot}}", "sum by (bot) (increase(mektupx_quarantined_total[15m]))"),
        ),
    ),
    ("Since a round last ended well", "s", (("{{round}}", "time() - mektupx_round_ended_timestamp_seconds"),)),
    ("Memory", "bytes", (("{{instance}}", 'process_resident_memory_bytes{job="mektupx"}'),)),
)


def families() -> list[tuple[str, str, tuple[str, ...], str]]:
    """(name as Prometheus sees it, type, labels, what it tells) of our own figures, by name."""
    labels = {
        name: tuple(getattr(collector, "_labelnames", ()))
        for collector, names in REGISTRY._collector_to_names.items()
        for name in names
    }
    return [
        (
            found.name + ("_total" if found.type == "counter" else ""),
            found.type,
            labels.get(found.name, ()),
            found.documentation,
        )
        for found in sorted(REGISTRY.collect(), key=lambda one: one.name)
        if found.name.startswith("mektupx_")
    ]


def series() -> dict[str, tuple[str, ...]]:
    """Each name a query may ask for, with its labels."""
    found = {}
    for family in REGISTRY.collect():
        labels = next((row[2] for row in families() if row[0].removesuffix("_total") == family.name), ())
        for suffix in SUFFIXES[family.type]:
            found[family.name + suffix] = (*labels, "le") if suffix == "_bucket" else labels
    return found


def asked(expr: str) -> set[str]:
    """The names of figures in a query."""
    return set(re.findall(r"\b(?:mektupx|process)_\w+", expr))


def page() -> str:
    """docs/metrics.md."""
    rows = []
    for name, kind, labels, tells in families():
        parts = {name, *(name + suffix for suffix in SUFFIXES[kind])}
        rules = [alert for alert in ALERTS if asked(alert.expr) & parts]
        shown = "<br>".join(f"`{rule.expr}`" for rule in rules[:1]) or "–"
        rows.append(f"| `{name}` | {kind} | {', '.join(f'`{one}`' for one in labels) or '–'} | {tells} | {shown} |")
    outboxes = (
        "| Metric | Its `outbox` |\n|---|---|\n| `mektupx_waiting` |"
        " `people`, `work_waiting`, `work_parked`, `messages_unsent`, `prints_ready`, `prints_in_flight`,"
        " `prints_needs_human`, `shreds_pending`, `tickets_open`, `requests_open`, `quarantined`,"
        " `letters_sent`, and `orders_` with each state |\n| `mektupx_oldest_seconds` | `messages`, `work`, `prints`,"
        " `tray`, `prints_needs_human`, `shreds`, `requests` |"
    )
    return "\n".join(
        [
            "# Metrics",
            "",
            "<!-- drawn by tools/metrics.py from bot/base/metrics.py and the table of alerts -->",
            "",
            "For whoever watches the service, by Prometheus or by eye.",
            "",
            "`GET /metrics` answers in Prometheus' text format, and only to a collector on the same machine. Through a"
            " proxy, or from elsewhere, there is nothing. No label ever holds a person, a chat or an order.",
            "",
            "| Name | Type | Labels | What it tells | An alert (all: deploy/alerts.yml) |",
            "|---|---|---|---|---|",
            *rows,
            "",
            outboxes,
            "",
            "The process's own metrics are there too: `process_resident_memory_bytes`, `process_open_fds` and others."
            " The process with the part `worker` counts what stands in the database, every 15 seconds. A process"
            " without the web server has no page of its own: `mektupx run worker`, or a bot that asks Telegram itself.",
            "",
            "`deploy/grafana.json` is a dashboard of them: import it, choose the data source.",
            "",
        ]
    )


def rules() -> str:
    """deploy/alerts.yml. Strings are written as JSON, which YAML reads."""
    lines = [
        "# Alert rules for Prometheus, drawn by tools/metrics.py; docs/operations.md says what to do at each.",
        "groups:",
    ]
    lines += ["  - name: mektupx", "    rules:"]
    for alert in ALERTS:
        lines += [
            f"      - alert: {alert.name}",
            f"        expr: {json.dumps(alert.expr)}",
            f"        for: {alert.lasting}",
            "        labels:",
            f"          severity: {alert.severity}",
            "        annotations:",
            f"          summary: {json.dumps(alert.says)}",
        ]
    return "\n".join(lines) + "\n"


def dashboard() -> str:
    """deploy/grafana.json: two panels a row."""
    source = {"type": "prometheus", "uid": "${source}"}
    panels: list[dict[str, Any]] = []
    for number, (title, unit, queries) in enumerate(PANELS):
        panels.append(
            {
                "id": number + 1,
                "type": "timeseries",
                "title": title,
                "datasource": source,
                "gridPos": {"h": 8, "w": 12, "x": 12 * (number % 2), "y": 8 * (number // 2)},
                "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
                "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
                "targets": [
                    {"refId": chr(65 + n), "expr": expr, "legendFormat": legend, "datasource": source}
                    for n, (legend, expr) in enumerate(queries)
                ],
            }
        )
    board = {
        "title": "MektupX",
        "uid": "mektupx",
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {
            "list": [{"name": "source", "type": "datasource", "query": "prometheus", "label": "Data source"}]
        },
        "panels": panels,
    }
    return json.dumps(board, indent=2, ensure_ascii=False) + "\n"


DRAWN = {"docs/metrics.md": page, "deploy/alerts.yml": rules, "deploy/grafana.json": dashboard}


if __name__ == "__main__":
    for place, draw in DRAWN.items():
        (ROOT / place).write_text(draw(), encoding="utf-8")
