"""Rules of one till: its devices, power, heat, disk, clock, certificate, documents and restarts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from appliance.fleet.alerts.rule import (
    CRITICAL,
    DAY_MS,
    WARNING,
    Finding,
    Key,
    Limits,
    Moment,
    Rule,
    held,
)
from appliance.fleet.store import Row

_UNDER_VOLTAGE, _SLOWED = 1, 0b1110
_UNDER_VOLTAGE_WAS = 1 << 16

DEVICES = {"POSPrinter": "printer", "CashDrawer": "drawer", "Scanner": "scanner"}
"""The rule of a device's category; `device` is that of all others."""


def complaints(rows: list[Row], _moment: Moment, _limits: Limits) -> Iterable[Finding]:
    """What tills say themselves: they know best."""
    for row in rows:
        yield Finding(
            Key(_complaint(row), row["shop"], row["till"], row["subject"]),
            row["severity"],
            {"problem": row["problem"]},
            row["heard_ms"],
        )


def _complaint(row: Row) -> str:
    if row["kind"] != "device":
        return "storage"
    return DEVICES.get(row["category"], "device")


def by(name: str, of: Callable[[Row, Limits], tuple[str, dict[str, Any]] | None]) -> Any:
    """A judgement row by row: the severity and what to say, or None."""

    def judge(rows: list[Row], _moment: Moment, limits: Limits) -> Iterable[Finding]:
        for row in rows:
            found = of(row, limits)
            if found is not None:
                severity, detail = found
                since = row.get("since_ms")
                key = Key(name, row["shop"], row["uid"], row.get("cause", ""))
                yield Finding(key, severity, detail, since)

    return judge


def power(row: Row, _limits: Limits) -> tuple[str, dict[str, Any]] | None:
    bits = int(row["value"])
    if bits & _UNDER_VOLTAGE:
        return CRITICAL, {"power": "low_now"}
    if bits & _SLOWED:
        return WARNING, {"power": "slowed"}
    return (WARNING, {"power": "was_low"}) if bits & _UNDER_VOLTAGE_WAS else None


def certificate(rows: list[Row], moment: Moment, limits: Limits) -> Iterable[Finding]:
    for row in rows:
        near = row["cert_until_ms"] < moment.now_ms + limits["critical_days"] * DAY_MS
        yield Finding(
            Key("certificate", row["shop"], row["uid"]),
            CRITICAL if near else WARNING,
            {"until": row["cert_until_ms"]},
        )


_METRIC = (
    "FROM health_now h JOIN till t ON t.uid = h.till AND t.status = 'active' WHERE h.metric = "
)

RULES = (
    Rule(
        "device",
        "SELECT c.till, t.shop, c.kind, c.subject, c.problem, c.severity, c.category, c.heard_ms"
        " FROM complaint c JOIN till t ON t.uid = c.till AND t.status = 'active'"
        " WHERE c.cleared_ms IS NULL",
        complaints,
        held(60, 30),
        opens=(*DEVICES.values(), "device", "storage"),
    ),
    Rule(
        "heat",
        f"SELECT t.uid, t.shop {_METRIC} 'temperature_mc' AND h.value > 1000 * :degrees",
        by("heat", lambda _row, limits: (WARNING, {"degrees": limits["degrees"]})),
        held(60, 600, degrees=80),
    ),
    Rule(
        "power",
        f"SELECT t.uid, t.shop, h.value {_METRIC} 'throttled_bits' AND h.value > 0",
        by("power", power),
        held(60, 600),
    ),
    Rule(
        "disk",
        "SELECT t.uid, t.shop FROM health_now h JOIN till t ON t.uid = h.till AND t.status ="
        " 'active' LEFT JOIN health_now w ON w.till = h.till AND w.metric = 'disk_size_bytes'"
        " WHERE h.metric = 'disk_free_bytes' AND (100 * h.value < :percent * w.value"
        " OR w.value IS NULL AND h.value < 1000000 * :least_mb)",
        by("disk", lambda _row, limits: (WARNING, {"percent": limits["percent"]})),
        held(600, 600, percent=15, least_mb=1000),
        every_s=60,
    ),
    Rule(
        "slow_disk",
        f"SELECT t.uid, t.shop {_METRIC} 'fsync_p99_us' AND h.value > 1000 * :p99_ms",
        by("slow_disk", lambda _row, limits: (WARNING, {"p99_ms": limits["p99_ms"]})),
        held(300, 600, p99_ms=500),
    ),
    Rule(
        "clock_unset",
        # Whoever is told the time by the net now needs no look at the past.
        "SELECT * FROM (SELECT t.uid, t.shop, coalesce((SELECT max(p.at_ms) FROM health p"
        " WHERE p.till = t.uid AND p.metric = 'clock' AND p.text = 'ntp'), t.enrolled_ms, 0)"
        f" AS since_ms {_METRIC} 'clock' AND h.text <> 'ntp') unset"
        " WHERE since_ms < :now - 3600000 * :hours",
        by("clock_unset", lambda _row, limits: (WARNING, {"hours": limits["hours"]})),
        held(60, 60, hours=24),
        every_s=300,
    ),
    Rule(
        "certificate",
        "SELECT t.uid, t.shop, t.cert_until_ms FROM till t WHERE t.status = 'active'"
        " AND t.cert_until_ms < :now + 86400000 * :warn_days",
        certificate,
        held(0, 0, warn_days=14, critical_days=3),
        every_s=300,
        of_contact=False,
    ),
    Rule(
        "drift",
        "SELECT t.uid, t.shop, w.document AS cause, w.at_ms AS since_ms FROM shadow w"
        " JOIN till t ON t.uid = w.till AND t.status = 'active'"
        " WHERE w.desired_version <> w.reported_version AND w.at_ms < :now - 3600000 * :hours",
        by("drift", lambda _row, limits: (WARNING, {"hours": limits["hours"]})),
        held(0, 0, hours=24),
        every_s=60,
    ),
    Rule(
        "refused",
        "SELECT t.uid, t.shop, w.document AS cause, w.error FROM shadow w"
        " JOIN till t ON t.uid = w.till AND t.status = 'active'"
        " WHERE w.desired_version <> w.reported_version AND w.error <> ''",
        by("refused", lambda row, _limits: (CRITICAL, {"why": row["error"]})),
        held(30, 30),
    ),
    Rule(
        "restarts",
        # Only of those that were started just now is the past looked through: it is 288 rows of each.
        "SELECT uid, shop, starts FROM (SELECT t.uid, t.shop, (SELECT count(*) FROM (SELECT p.value,"
        " lag(p.value) OVER (ORDER BY p.at_ms) AS was FROM health p WHERE p.till = t.uid"
        " AND p.metric = 'uptime_s' AND p.at_ms >= :now - 86400000) steps WHERE value < was)"
        f" AS starts {_METRIC} 'uptime_s' AND h.value < 1200) began WHERE starts >= :times",
        by("restarts", lambda _row, limits: (WARNING, {"times": limits["times"]})),
        held(0, 21_600, times=3),
        every_s=600,
    ),
    Rule(
        "crash_loop",
        "SELECT uid, shop, starts FROM (SELECT t.uid, t.shop, (SELECT count(*) FROM (SELECT p.value,"
        " lag(p.value) OVER (ORDER BY p.at_ms) AS was FROM health p WHERE p.till = t.uid"
        " AND p.metric = 'run_s' AND p.at_ms >= :now - 3600000) steps WHERE value < was)"
        f" AS starts {_METRIC} 'run_s' AND h.value < 3600) began WHERE starts >= :times",
        by("crash_loop", lambda _row, limits: (CRITICAL, {"times": limits["times"]})),
        held(0, 600, times=3),
        every_s=60,
    ),
)
