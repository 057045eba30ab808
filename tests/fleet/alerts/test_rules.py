"""Each rule, asked of a real database: what it finds, how bad it is, and that it ends by itself."""

import pytest

from appliance.fleet.alerts.answers import Answer
from appliance.fleet.alerts.engine import Engine
from appliance.fleet.alerts.rules import RULES
from appliance.fleet.alerts.settings import Settings
from appliance.fleet.console.access.roles import Scope
from tests.fleet.alerts.conftest import MINUTE_MS, NOON

DAY_MS = 24 * 60 * MINUTE_MS


def alert(watched, rule):
    (found,) = watched.rows(f"rule = '{rule}' AND cleared_ms IS NULL")
    return found


def test_a_till_that_is_lost_for_five_minutes_of_opening_hours_is_told(watched):
    one, _ = watched.tills("lviv")
    watched.lose(one)
    watched.wait(290)
    assert watched.open() == []
    watched.wait(20)
    assert watched.open() == [("offline", "lviv", "")]
    assert alert(watched, "offline")["till"] == one
    watched.back(one)
    watched.wait(120)
    assert watched.open() == []


def test_a_till_that_falls_silent_without_a_will_is_told(watched):
    watched.run("UPDATE till SET seen_ms = :then WHERE uid = :uid", uid=watched.tills("kyiv")[0],
                then=NOON - 30 * MINUTE_MS)  # fmt: skip
    watched.wait(10, heard=False)
    assert watched.open() == [("offline", "kyiv", "")]


def test_a_whole_shop_is_one_alert_and_its_tills_are_not_told_as_over(watched):
    one, other = watched.tills("lviv")
    watched.lose(one)
    watched.wait(310)
    watched.lose(other)
    watched.wait(200)
    assert [it[0] for it in watched.open()] == ["offline"], "what it is part of is not ripe"
    watched.wait(110)
    assert watched.open() == [("shop_offline", "lviv", "")]
    (covered,) = watched.rows("rule = 'offline'")
    assert covered["told"] == "over", "nobody is told that a till is back that is not"


def test_nearly_all_shops_at_once_are_one_alert_of_the_fleets_own_side(watched):
    watched.lose(*(it for shop in ("lviv", "kyiv", "odesa") for it in watched.tills(shop)))
    watched.wait(320)
    assert [it[0] for it in watched.open()] == ["cell_offline"]


def test_a_shop_that_is_closed_misses_no_till(watched):
    watched.run("UPDATE shop SET opens = '14:00', closes = '20:00' WHERE shop = 'lviv'")
    watched.lose(*watched.tills("lviv"), ago_ms=60 * MINUTE_MS)
    watched.wait(600)
    assert watched.open() == []
    watched.run("UPDATE shop SET opens = '12:10' WHERE shop = 'lviv'")
    watched.wait(250)
    assert watched.open() == [], "it opened not five minutes ago"
    watched.wait(60)
    assert watched.open() == [("shop_offline", "lviv", "")]


def test_what_a_till_ails_from_neither_ends_nor_begins_while_it_is_away(watched):
    till = watched.tills("lviv")[0]
    watched.insert("complaint", till=till, cause="device.printer", kind="device", subject="printer",
                   problem="paper_out", severity="critical", category="POSPrinter", detail="",
                   at_ms=NOON, heard_ms=NOON)  # fmt: skip
    watched.wait(70)
    assert watched.open() == [("printer", "lviv", "printer")]
    watched.lose(till)
    watched.run("UPDATE complaint SET cleared_ms = :now", now=NOON)
    watched.run("UPDATE till SET clock_skew_ms = 90000 WHERE uid = :uid", uid=till)
    watched.wait(330)
    assert {it[0] for it in watched.open()} == {"printer", "offline"}
    watched.back(till)
    watched.wait(200)
    assert {it[0] for it in watched.open()} == {"clock"}


@pytest.mark.parametrize(
    ("category", "problem", "rule"),
    [("CashDrawer", "left_open", "drawer"), ("Scanner", "unplugged", "scanner"),
     ("Scale", "no_answer", "device")],
)  # fmt: skip
def test_devices_have_rules_by_their_category(watched, category, problem, rule):
    watched.insert("complaint", till=watched.tills("lviv")[0], cause="device.x", kind="device",
                   subject="x", problem=problem, severity="warning", category=category, detail="",
                   at_ms=NOON, heard_ms=NOON)  # fmt: skip
    watched.wait(70)
    assert watched.open() == [(rule, "lviv", "x")]


def test_a_journal_that_cannot_be_written_is_critical(watched):
    watched.insert("complaint", till=watched.tills("lviv")[0], cause="storage.journal",
                   kind="storage", subject="journal", problem="fault", severity="critical",
                   category="", detail="I/O error", at_ms=NOON, heard_ms=NOON)  # fmt: skip
    watched.wait(70)
    assert alert(watched, "storage")["severity"] == "critical"


@pytest.mark.parametrize(
    ("metric", "value", "rule", "severity"),
    [
        ("temperature_mc", 80_001, "heat", "warning"),
        ("throttled_bits", 0x50005, "power", "critical"),
        ("throttled_bits", 0x4, "power", "warning"),
        ("throttled_bits", 0x50000, "power", "warning"),
        ("fsync_p99_us", 500_001, "slow_disk", "warning"),
        ("disk_free_bytes", 999_000_000, "disk", "warning"),
    ],
)
def test_health_beyond_its_limit_is_told(watched, metric, value, rule, severity):
    till = watched.tills("kyiv")[0]
    watched.run("DELETE FROM health_now WHERE till = :till", till=till)
    watched.insert("health_now", till=till, metric=metric, at_ms=NOON, value=value)
    watched.wait(900)
    assert (alert(watched, rule)["till"], alert(watched, rule)["severity"]) == (till, severity)
    watched.run("DELETE FROM health_now WHERE till = :till", till=till)
    watched.wait(900)
    assert watched.open() == []


def test_health_within_its_limits_is_not_told(watched):
    for metric, value in (("temperature_mc", 80_000), ("throttled_bits", 0), ("fsync_p99_us", 500_000),
                          ("disk_size_bytes", 20_000_000_000)):  # fmt: skip
        watched.run("DELETE FROM health_now WHERE metric = :metric", metric=metric)
        watched.insert(
            "health_now", till=watched.tills("lviv")[0], metric=metric, at_ms=NOON, value=value
        )
    watched.wait(1000)
    assert watched.open() == []


def test_a_disk_whose_size_is_known_is_judged_by_percent(watched):
    till = watched.tills("lviv")[0]
    watched.insert(
        "health_now", till=till, metric="disk_size_bytes", at_ms=NOON, value=100_000_000_000
    )
    watched.wait(700)
    assert watched.open() == [("disk", "lviv", "")]


def test_facts_that_wait_while_the_till_is_connected_are_told_and_critical_after_a_day(watched):
    till = watched.tills("lviv")[0]
    watched.run("UPDATE till SET max_seq = 100000 WHERE uid = :till", till=till)
    watched.run(
        "UPDATE cursor SET at_ms = :then WHERE till = :till", till=till, then=NOON - 20 * MINUTE_MS
    )
    watched.wait(110)
    assert watched.open() == []
    watched.wait(30)
    assert alert(watched, "sync")["severity"] == "warning"
    watched.run("UPDATE cursor SET at_ms = :then WHERE till = :till", till=till, then=NOON - DAY_MS)
    watched.wait(10)
    assert alert(watched, "sync")["severity"] == "critical"


@pytest.mark.parametrize(("skew_ms", "severity"), [(-6_000, "warning"), (61_000, "critical")])
def test_a_clock_that_is_wrong_is_told(watched, skew_ms, severity):
    watched.run("UPDATE till SET clock_skew_ms = :skew WHERE uid = :uid", skew=skew_ms,
                uid=watched.tills("lviv")[0])  # fmt: skip
    watched.wait(80)
    assert alert(watched, "clock")["severity"] == severity


def test_a_till_without_the_time_of_the_net_for_a_day_is_told(watched):
    well, ill = watched.tills("lviv")
    for till, hours in ((well, 20), (ill, 30)):
        watched.insert(
            "health", till=till, at_ms=NOON - hours * 60 * MINUTE_MS, metric="clock", text="ntp"
        )
        watched.insert("health_now", till=till, metric="clock", at_ms=NOON, text="rtc")
    watched.wait(400)
    assert alert(watched, "clock_unset")["till"] == ill


@pytest.mark.parametrize(("days", "severity"), [(13, "warning"), (2, "critical"), (-1, "critical")])
def test_a_certificate_that_nears_its_end_is_told(watched, days, severity):
    watched.run("UPDATE till SET cert_until_ms = :at WHERE uid = :uid", at=NOON + days * DAY_MS,
                uid=watched.tills("lviv")[0])  # fmt: skip
    watched.wait(310)
    assert alert(watched, "certificate")["severity"] == severity


def test_documents_that_a_till_lacks_for_a_day_or_refuses_are_told(watched):
    watched.run("UPDATE shadow SET desired_version = 118, at_ms = :then WHERE till = :till",
                till=watched.tills("lviv")[0], then=NOON - 25 * 60 * MINUTE_MS)  # fmt: skip
    watched.run("UPDATE shadow SET desired_version = 118, error = 'no such tax', at_ms = :now"
                " WHERE till = :till", till=watched.tills("kyiv")[0], now=NOON)  # fmt: skip
    watched.wait(70)
    assert watched.open() == [("drift", "lviv", "prices"), ("refused", "kyiv", "prices")]


@pytest.mark.parametrize(
    ("metric", "rule", "minutes"), [("uptime_s", "restarts", 200), ("run_s", "crash_loop", 12)]
)
def test_starts_again_and_again_are_told(watched, metric, rule, minutes):
    often, once = watched.tills("lviv")
    for till, starts in ((often, 4), (once, 2)):
        for number in range(starts):
            for step in range(2):
                at = NOON - (starts - number) * minutes * MINUTE_MS + step * MINUTE_MS
                watched.insert("health", till=till, metric=metric, at_ms=at, value=5 + 60 * step)
        watched.insert("health_now", till=till, metric=metric, at_ms=NOON, value=65)
    watched.wait(610)
    assert alert(watched, rule)["till"] == often


def test_a_cashier_who_voids_too_much_is_told_once_and_stays_closed(watched):
    day = watched.store.one("SELECT max(day) AS day FROM cashier_day")["day"]
    watched.run("UPDATE cashier_day SET voided_sales = 5 WHERE cashier = 'olena' AND day = :day"
                " AND shop = 'lviv'", day=day)  # fmt: skip
    watched.wait(70)
    assert watched.open() == [("cashier", "lviv", f"olena {day}")]
    Answer(watched.store, "chief", Scope.parse("*"), watched.now_ms).close(
        [alert(watched, "cashier")["id"]]
    )
    watched.wait(130)
    assert watched.open() == []


def test_a_drawer_that_differs_is_told(watched):
    watched.run("UPDATE shift SET difference_minor = -5000, closed_ms = :at WHERE till = :till AND shift = 1",
                at=NOON - MINUTE_MS, till=watched.tills("odesa")[0])  # fmt: skip
    watched.wait(70)
    assert watched.open() == [("cash", "odesa", "1/1")]


def test_stock_is_one_alert_for_a_shop(watched):
    watched.run("UPDATE stock SET quantity = -1000 WHERE shop = 'odesa'")
    watched.run("UPDATE item SET low = 1000000000 WHERE sku = '1000'")
    watched.run("UPDATE stock SET count_ms = :then WHERE shop = 'kyiv'", then=NOON - 366 * DAY_MS)
    watched.wait(3700)
    assert watched.open() == [
        ("count_old", "kyiv", ""), ("stock_low", "kyiv", ""), ("stock_low", "lviv", ""),
        ("stock_negative", "odesa", ""),
    ]  # fmt: skip


def test_a_setting_changes_a_limit_or_switches_a_rule_off(watched):
    till = watched.tills("lviv")[0]
    watched.insert("health_now", till=till, metric="fsync_p99_us", at_ms=NOON, value=300_000)
    watched.settings = Settings(limits={"slow_disk": {"p99_ms": 200, "after_s": 0}})
    watched.wait(10)
    assert watched.open() == [("slow_disk", "lviv", "")]
    watched.settings = Settings(off=frozenset({"slow_disk"}))
    watched.wait(610)
    assert watched.open() == []


def test_one_engine_works_and_another_takes_over_when_it_falls_silent(watched):
    other = Engine(watched.store)
    assert not other.round(watched.now_ms + 30_000)
    assert other.round(watched.now_ms + 61_000)
    assert not watched.engine.round(watched.now_ms + 62_000)
    other.give_back()
    assert watched.engine.round(watched.now_ms + 63_000)


def test_every_rule_is_one_question(watched):
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.sql.lstrip().startswith("SELECT") and ";" not in rule.sql for rule in RULES)


def test_a_rollout_that_halted_a_till_that_returned_and_one_that_stays_behind(watched):
    one, other, *_ = watched.tills("lviv")
    watched.insert("release", sha256="ab", version="1.4.0", compatible="kram", serial=1, size=1,
                   min_version="0.0", notes="", key="", statement="", expires_ms=0, published_ms=0,
                   published_by="")  # fmt: skip
    watched.insert("rollout", id="R1", release="ab", scopes="", plan="{}", state="running",
                   author="", created_ms=NOON, started_ms=NOON)  # fmt: skip
    for till in (one, other):
        watched.insert("rollout_till", rollout="R1", till=till, wave=0, offered_ms=NOON)
        watched.insert("till_firmware", till=till, version="1.3.0", slot="A", stage="waiting",
                       compatible="kram", good_ms=1, serial=0, wanted="1.4.0", rollout="R1",
                       since_ms=NOON, tries=0, reasons="[]", why="", detail="", done=0, size=0,
                       at_ms=NOON, heard_ms=NOON, booted_ms=1)  # fmt: skip
    watched.wait(10)
    assert watched.open() == []
    watched.run("UPDATE till_firmware SET stage = 'returned', why = 'unhealthy', tries = 3"
                " WHERE till = :till", till=one)  # fmt: skip
    watched.run("UPDATE rollout SET state = 'halted', why = '{\"trouble\": \"returned\"}'")
    watched.wait(10)
    assert sorted(watched.open()) == [("rollout_halted", "", "R1"), ("till_returned", "lviv", "")]
    assert alert(watched, "rollout_halted")["severity"] == "critical"
    watched.run("UPDATE rollout SET state = 'done'")
    watched.run(
        "UPDATE till_firmware SET stage = 'idle', version = '1.4.0' WHERE till = :till", till=one
    )
    watched.wait(10)
    assert watched.open() == []
    watched.run("UPDATE rollout_till SET offered_ms = :then", then=NOON - 8 * DAY_MS)
    watched.wait(300)
    assert watched.open() == [("update_stuck", "lviv", "")]
    assert alert(watched, "update_stuck")["till"] == other
    watched.insert("release", sha256="cd", version="1.5.0", compatible="kram", serial=2, size=1,
                   min_version="0.0", notes="", key="", statement="", expires_ms=0, published_ms=0,
                   published_by="")  # fmt: skip
    watched.insert("rollout", id="R2", release="cd", scopes="", plan="{}", state="running",
                   author="", created_ms=NOON, started_ms=NOON + 1)  # fmt: skip
    watched.wait(300)
    assert watched.open() == [], "a newer rollout waits for it itself"
