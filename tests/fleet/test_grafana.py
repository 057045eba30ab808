"""Every question of the dashboards is answered by a PostgreSQL with a fleet in it."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from appliance.fleet.store import Insert, open_store
from tests.fleet import seeded

FOLDER = Path(__file__).parents[2] / "docs/fleet/grafana"
BOARDS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
METRICS = ("disk_free_bytes", "fsync_p99_us", "uptime_s", "throttled_bits")


@pytest.fixture
def fleet(postgres_url):
    """At noon of the database's own day, since dashboards ask for today by its clock."""
    store = open_store(postgres_url)
    noon = dt.datetime.now(dt.UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    now_ms = int(noon.timestamp() * 1000)
    it = seeded.fleet(store, now_ms, sales_an_hour=1)
    with store.transaction() as tx:
        tx.run("UPDATE stock SET quantity = -1 WHERE shop = 'odesa' AND sku = '1000'")
        uid = it.of("odesa")[0].uid
        rows = [(uid, now_ms, metric, 1) for metric in METRICS]
        tx.insert(Insert("health", ("till", "at_ms", "metric", "value"), rows))
        tx.run(
            "INSERT INTO command (id, till, type, args, class, state, issuer, issued_ms, expires_ms)"
            " VALUES ('C1', :till, 'logs', '{}', 'read', 'sent', 'olena', :now, :now)",
            till=uid,
            now=now_ms,
        )
    yield it, store, now_ms
    store.close()


def sql(text, till, day, now_ms):
    """As Grafana sends it: variables and time macros are texts put in."""

    def moment(hours):
        at = dt.datetime.fromtimestamp(now_ms / 1000 + hours * 3600, dt.UTC)
        return f"'{at:%Y-%m-%dT%H:%M:%SZ}'"

    shown = {"$shop": till.site.shop, "$till": till.uid, "$day": day,
             "$__timeFrom()": moment(-24), "$__timeTo()": moment(24)}  # fmt: skip
    for name, value in shown.items():
        text = text.replace(name, value)
    assert "$" not in text
    return text


def questions(board):
    for panel in board["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["format"], target["rawSql"]


@pytest.mark.parametrize("name", BOARDS)
def test_every_panel_is_answered_with_rows(fleet, name):
    it, store, now_ms = fleet
    till = it.of("odesa")[0]
    day = store.one("SELECT max(day) AS day FROM day_total WHERE shop = 'odesa'")["day"]
    con = store.connect()
    try:
        for title, form, text in questions(BOARDS[name]):
            rows = con.execute(sql(text, till, day, now_ms)).fetchall()
            assert rows, title
            if form == "time_series":
                assert {"time", "value", "metric"} <= set(rows[0]), title
        for variable in BOARDS[name]["templating"]["list"]:
            if variable["type"] == "query":
                assert con.execute(variable["query"]).fetchall(), variable["name"]
    finally:
        con.close()


def test_takings_of_a_day_are_the_sums_of_its_sales(fleet):
    it, store, now_ms = fleet
    (panel,) = [text for title, _, text in questions(BOARDS["shop-day"]) if title == "Takings"]
    till = it.of("lviv")[0]
    day = store.one("SELECT max(day) AS day FROM day_total WHERE shop = 'lviv'")["day"]
    con = store.connect()
    try:
        (row,) = con.execute(sql(panel, till, day, now_ms)).fetchall()
    finally:
        con.close()
    sold = store.one(
        "SELECT sum(total_minor) AS minor FROM sale WHERE shop = 'lviv' AND day = :day", day=day
    )
    assert row["value"] * 100 == sold["minor"]


@pytest.mark.parametrize("name", BOARDS)
def test_a_dashboard_can_be_imported(name):
    board = BOARDS[name]
    assert re.fullmatch(r"[a-z-]{1,40}", board["uid"])
    assert len({it["id"] for it in board["panels"]}) == len(board["panels"])
    declared = {it["name"] for it in board["templating"]["list"]}
    used = set(re.findall(r"\$\{?([a-z]+)\}?", json.dumps(board)))
    assert used - declared == set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
