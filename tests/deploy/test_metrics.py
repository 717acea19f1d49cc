"""The page of figures, the alerts and the dashboard are what the code measures, and ask for nothing it does not."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from flows.core.state import State
from storage.keys.keyring import Keyring
from storage.monitoring import figures
from storage.store.store import Store
from tests.fakes import NOON

ROOT = Path(__file__).parents[2]
tool = import_module("tools.metrics")
QUERIES = [
    *(pytest.param(alert.expr, id=alert.name) for alert in tool.ALERTS),
    *(pytest.param(expr, id=f"{title}: {legend}") for title, _, rows in tool.PANELS for legend, expr in rows),
]


@pytest.mark.parametrize("place", tool.DRAWN)
def test_what_is_drawn_is_what_the_code_draws_today(place: str) -> None:
    assert (ROOT / place).read_text(encoding="utf-8") == tool.DRAWN[place](), "run: python -m tools.metrics"


def test_every_figure_of_ours_is_on_the_page() -> None:
    page = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    names = [name for name, *_ in tool.families()]
    assert len(names) > 12
    assert [name for name in names if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("expr", QUERIES)
def test_a_query_names_figures_that_exist_and_labels_they_have(expr: str) -> None:
    known = tool.series()
    names = tool.asked(expr)
    assert names or expr == 'up{job="mektupx"} == 0'
    assert names <= set(known)
    labels = {"job", "instance", *(label for name in names for label in known[name])}
    used = set(re.findall(r"[{,]\s*(\w+)\s*(?:=|!=|=~)\s*\"", expr))
    used |= {one.strip() for by in re.findall(r"by \(([^)]*)\)", expr) for one in by.split(",")}
    assert used <= labels


def test_a_query_for_a_figure_that_does_not_exist_would_be_seen() -> None:
    assert tool.asked("rate(mektupx_dreams_total[5m])") - set(tool.series()) == {"mektupx_dreams_total"}


async def test_outboxes_named_in_queries_and_on_the_page_are_those_the_database_counts(tmp_path: Path) -> None:
    keyring = Keyring.init(tmp_path / "master.key", tmp_path / "keys.db")
    store = await Store.open(f"sqlite:///{tmp_path}/mektupx.db", keyring)
    counted = {*await store.do(figures.count), *(f"orders_{state}" for state in State)}
    aged = set(await store.do(figures.ages, NOON))
    await store.close()
    keyring.close()
    page = tool.page()
    assert [name for name in counted | aged if not name.startswith("orders_") and f"`{name}`" not in page] == []
    for expr in [query.values[0] for query in QUERIES]:
        for figure, outbox in re.findall(r'(mektupx_waiting|mektupx_oldest_seconds)\{outbox=~?"([^"]+)"', str(expr)):
            there = counted if figure == "mektupx_waiting" else aged
            for part in outbox.split("|"):
                assert any(re.fullmatch(part, name) for name in there), part


def test_no_round_that_rests_longer_is_missed_after_five_minutes() -> None:
    """Two come once an hour, one every ten minutes: an alert of five minutes would wake somebody each time."""
    supervisor = (ROOT / "bot/work/supervisor.py").read_text(encoding="utf-8")
    found = re.findall(r'Periodic\(f?"([\w.{}]+)", .*, ([\d.]+)\)', supervisor)  # one name holds an institution's
    rests = {name: float(seconds) for name, seconds in found}
    assert {name for name, seconds in rests.items() if seconds >= 300} == {"purge", "idle", "latest_ends"}
    assert len(rests) == 10
    named = [one for alert in tool.ALERTS for one in re.findall(r'round[!=]~"([\w|]+)"', alert.expr)]
    assert named == ["purge|idle|latest_ends"] * 2


def test_the_dashboard_is_one_grafana_can_import() -> None:
    board = json.loads((ROOT / "deploy/grafana.json").read_text(encoding="utf-8"))
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"]) == len(tool.PANELS)
    assert board["templating"]["list"][0]["name"] == "source"
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
    assert len(set(places)) == len(places)


def test_at_each_alert_the_operator_is_told_what_to_do() -> None:
    told = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [alert.name for alert in tool.ALERTS if f"`{alert.name}`" not in told] == []
