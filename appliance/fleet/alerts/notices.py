"""Who is told what: each alert once to each recipient when it opens, gets worse and is over.

A notice is a row, made in the transaction that notes that the alert was seen to, so that none is
forgotten or made twice, whoever dies. They leave as digests, at most one a minute for a recipient.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.fleet.alerts.engine import OVER
from appliance.fleet.alerts.rule import CRITICAL, SECOND_MS
from appliance.fleet.alerts.settings import Recipient, Settings
from appliance.fleet.console.access.roles import Role, Scope
from appliance.fleet.store import Insert, Row, Store

OPENED, WORSE = "opened", "worse"
TOGETHER_MS = 5 * SECOND_MS
"""What happens together is told together."""
APART_MS = 60 * SECOND_MS
"""A recipient gets a digest at most so often."""
FIRST_WAIT_MS, WAIT_MAX_MS, TRIES_MAX = 10 * SECOND_MS, 3_600 * SECOND_MS, 12
"""After a failure; doubled with each. Twelve tries take about five hours."""
AT_ONCE_MAX = 1_000
"""Notices in a digest, or planned in one go."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a recipient is told now. notices: their ids, to note what became of it."""

    recipient: Recipient
    notices: tuple[int, ...]
    alerts: tuple[Row, ...]
    tries: int


def recipients(store: Store, settings: Settings) -> dict[str, Recipient]:
    """All, by id. Of people: who may come in, has an address and one of the roles."""
    found = {}
    if settings.mail is not None:
        for row in store.rows(
            "SELECT email, role, scope, language FROM person"
            " WHERE disabled_ms IS NULL AND email <> '' ORDER BY login"
        ):
            if Role(row["role"]) in settings.roles:
                id_, scope = f"mail:{row['email']}", Scope.parse(row["scope"])
                found[id_] = Recipient(id_, scope, settings.least, row["language"])
        found |= {it.id: it for it in settings.addresses}
    return found | {it.recipient.id: it.recipient for it in settings.webhooks}


def sees(scope: Scope, alert: Row) -> bool:
    """What is of no shop is for those who see every shop."""
    place = {"tenant": alert["tenant"], "region": alert["region"], "shop": alert["shop"]}
    return scope.everything or any(name and place[kind] == name for kind, name in scope.parts)


def event(alert: Row) -> str:
    """What is news of an alert since it was last told: "" is nothing."""
    told = alert["told"]
    if alert["cleared_ms"] is not None:
        return OVER if told else ""
    if not told:
        return OPENED
    return WORSE if alert["severity"] == CRITICAL and told != CRITICAL else ""


def plan(store: Store, known: Mapping[str, Recipient], now_ms: int) -> int:
    """Makes notices of what is not told yet; how many alerts that were."""
    rows = store.rows(f"{_ALERTS} WHERE {_UNTOLD} ORDER BY a.opened_ms LIMIT {AT_ONCE_MAX}")
    if not rows:
        return 0
    notices = []
    for row in rows:
        if news := event(row):
            # Whoever was told of it is told its end, even when it was milder then.
            notices += [
                (row["id"], news, it.id, now_ms, now_ms + TOGETHER_MS)
                for it in known.values()
                if it.wants(row["severity"]) and sees(it.scope, row)
            ]
    with store.transaction() as tx:
        tx.insert(
            Insert(
                "notice",
                ("alert", "event", "recipient", "created_ms", "next_ms"),
                notices,
                "(alert, event, recipient) DO NOTHING",
            )
        )
        tx.each(
            "UPDATE alert SET told = :told WHERE id = :id",
            [
                {"id": it["id"], "told": it["severity"] if it["cleared_ms"] is None else OVER}
                for it in rows
            ],
        )
    return len(rows)


def due(store: Store, known: Mapping[str, Recipient], now_ms: int) -> list[Digest]:
    """A digest for everybody whose turn it is. What needs not be told any more is dropped: an alert
    that is over or was answered before anybody heard of it."""
    rows = store.rows(
        f"SELECT n.id AS notice, n.event, n.recipient, n.tries, EXISTS (SELECT 1 FROM notice o"
        " WHERE o.alert = n.alert AND o.recipient = n.recipient AND o.sent_ms IS NOT NULL) AS heard,"
        f" {_COLUMNS} FROM notice n JOIN alert a ON a.id = n.alert {_PLACE}"
        " WHERE n.sent_ms IS NULL AND n.given_up = 0 AND n.next_ms <= :now AND NOT EXISTS ("
        "SELECT 1 FROM notice l WHERE l.recipient = n.recipient AND l.sent_ms > :now - :apart)"
        f" ORDER BY n.id LIMIT {AT_ONCE_MAX}",
        now=now_ms,
        apart=APART_MS,
    )
    dropped = [it for it in rows if it["recipient"] not in known or _stale(it, now_ms)]
    _given_up(store, [it["notice"] for it in dropped], "needless")
    gone = {it["notice"] for it in dropped}
    digests: dict[str, list[Row]] = {}
    for row in rows:
        if row["notice"] not in gone:
            digests.setdefault(row["recipient"], []).append(row)
    return [
        Digest(
            known[id_],
            tuple(it["notice"] for it in of_one),
            tuple(of_one),
            max(it["tries"] for it in of_one),
        )
        for id_, of_one in digests.items()
    ]


def _stale(row: Row, now_ms: int) -> bool:
    if row["event"] == OVER:
        return not row["heard"]
    answered = row["acked_by"] or row["muted"] or (row["snoozed_until_ms"] or 0) > now_ms
    return bool(answered) or row["cleared_ms"] is not None


def sent(store: Store, digest: Digest, now_ms: int) -> None:
    _note(store, digest.notices, "sent_ms = :now, error = ''", now=now_ms)


def failed(store: Store, digest: Digest, error: str, now_ms: int, *, for_good: bool) -> None:
    """Again later, unless nothing will ever change or it was tried often enough."""
    if for_good or digest.tries + 1 >= TRIES_MAX:
        _given_up(store, digest.notices, error)
        return
    wait_ms = min(WAIT_MAX_MS, FIRST_WAIT_MS << digest.tries)
    change = "tries = tries + 1, next_ms = :next, error = :error"
    _note(store, digest.notices, change, next=now_ms + wait_ms, error=error[:500])


def _given_up(store: Store, notices: Sequence[int], error: str) -> None:
    _note(store, notices, "given_up = 1, error = :error", error=error[:500])


def _note(store: Store, notices: Sequence[int], change: str, **params: Any) -> None:
    if notices:
        with store.transaction() as tx:
            tx.each(
                f"UPDATE notice SET {change} WHERE id = :id",
                [{"id": it, **params} for it in notices],
            )


_UNTOLD = "told <> CASE WHEN cleared_ms IS NULL THEN severity ELSE 'over' END"
_COLUMNS = (
    "a.id, a.rule, a.tenant, a.shop, a.till, a.cause, a.severity, a.opened_ms, a.cleared_ms,"
    " a.acked_by, a.snoozed_until_ms, a.muted, a.detail, a.told,"
    " coalesce(s.region, '') AS region, coalesce(s.name, '') AS shop_name,"
    " coalesce(s.timezone, '') AS timezone, coalesce(t.name, '') AS till_name"
)
_PLACE = "LEFT JOIN shop s ON s.shop = a.shop LEFT JOIN till t ON t.uid = a.till"
_ALERTS = f"SELECT {_COLUMNS} FROM alert a {_PLACE}"
