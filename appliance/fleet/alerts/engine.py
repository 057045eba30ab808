"""Asks the rules, in turn, and writes what opens and ends. One engine works at a time, however many run."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from appliance.fleet import lease
from appliance.fleet.alerts.flapping import Changes, Open, Watch, step
from appliance.fleet.alerts.opening import Hours
from appliance.fleet.alerts.rule import DAY_MS, SECOND_MS, Finding, Key, Moment, Rule, ShopHours
from appliance.fleet.alerts.rules import RULES
from appliance.fleet.alerts.settings import Settings
from appliance.fleet.store import Insert, Store, Transaction

LEASE = "alerts"
_PERSON_CLOSED_MS = 4 * DAY_MS
"""For so long at most a rule finds again what happened once."""
OVER = "over"


class Engine:
    """holder: its name among others. settings: asked anew at each round."""

    def __init__(
        self,
        store: Store,
        settings: Callable[[], Settings] = Settings,
        rules: Sequence[Rule] = RULES,
        holder: str = "",
    ) -> None:
        self._store = store
        self._settings = settings
        self._rules = rules
        self.holder = holder or secrets.token_hex(8)
        self._forget()

    def _forget(self) -> None:
        self._watches: dict[str, Watch] = defaultdict(Watch)
        self._asked_ms: dict[str, int] = {}
        self._unheard: frozenset[str] = frozenset()

    def round(self, now_ms: int) -> bool:
        """Asks what is due; whether this engine is the one that works."""
        with self._store.transaction() as tx:
            mine = lease.holds(tx, LEASE, self.holder, now_ms)
        if not mine:
            # What it remembers would be old when its turn comes.
            self._forget()
            return False
        settings = self._settings()
        moment = self._moment(now_ms)
        open_ = self._open()
        for rule in self._rules:
            due = now_ms - self._asked_ms.get(rule.name, 0) >= rule.every_s * SECOND_MS
            if due and not self._apply(rule, settings, moment, open_):
                return False
        return True

    def _apply(
        self, rule: Rule, settings: Settings, moment: Moment, open_: dict[str, dict[Key, Open]]
    ) -> bool:
        """Whether it was still this engine's turn."""
        now_ms = moment.now_ms
        of_rule = {key: it for name in rule.names for key, it in open_[name].items()}
        limits = rule.figures(settings.limits.get(rule.name, {}))
        found: Iterable[Finding] = ()
        if rule.name not in settings.off:
            day = dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC).date() - dt.timedelta(days=1)
            params = {"now": now_ms, "day": day.isoformat(), **limits}
            rows = self._store.rows(rule.sql, **params)
            if rule is self._rules[0]:
                self._unheard = frozenset(it["uid"] for it in rows if it.get("away"))
            found = rule.judge(rows, moment, limits)
        if rule.once:
            known = self._known(rule, now_ms)
            found = [it for it in found if it.key in of_rule or it.key not in known]
        unheard = self._unheard if rule.of_contact else ()
        changes = step(self._watches[rule.name], found, of_rule, now_ms, limits, unheard)
        self._asked_ms[rule.name] = now_ms
        return self._write(changes, moment)

    def _moment(self, now_ms: int) -> Moment:
        rows = self._store.rows("SELECT shop, tenant, timezone, opens, closes FROM shop")
        return Moment(
            now_ms,
            {
                it["shop"]: ShopHours(
                    it["tenant"], Hours(it["timezone"], it["opens"], it["closes"])
                )
                for it in rows
            },
        )

    def _open(self) -> dict[str, dict[Key, Open]]:
        """By the name of the rule."""
        found: dict[str, dict[Key, Open]] = defaultdict(dict)
        for row in self._store.rows(
            "SELECT id, rule, shop, till, cause, severity, detail FROM alert"
            " WHERE cleared_ms IS NULL"
        ):
            key = Key(row["rule"], row["shop"], row["till"], row["cause"])
            found[key.rule][key] = Open(row["id"], row["severity"], json.loads(row["detail"]))
        return found

    def _known(self, rule: Rule, now_ms: int) -> set[Key]:
        found: set[Key] = set()
        for name in rule.names:
            rows = self._store.rows(
                "SELECT rule, shop, till, cause FROM alert WHERE rule = :rule AND opened_ms > :since",
                rule=name,
                since=now_ms - _PERSON_CLOSED_MS,
            )
            found |= {Key(it["rule"], it["shop"], it["till"], it["cause"]) for it in rows}
        return found

    def _write(self, changes: Changes, moment: Moment) -> bool:
        if changes == Changes():
            return True
        now_ms = moment.now_ms
        with self._store.transaction() as tx:
            if not lease.holds(tx, LEASE, self.holder, now_ms):
                return False
            rows = [_row(it, moment) for it in changes.opened]
            tx.insert(Insert("alert", _ALERT, rows, _UNLESS_OPEN))
            tx.each(
                "UPDATE alert SET severity = :severity, detail = :detail"
                " WHERE id = :id AND cleared_ms IS NULL",
                [
                    {"id": it.id, "severity": now.severity, "detail": _text(now)}
                    for it, now in changes.changed
                ],
            )
            _end(tx, changes.cleared, now_ms)
            _end(tx, changes.quiet, now_ms, quiet=True)
        return True

    def give_back(self) -> None:
        with self._store.transaction() as tx:
            lease.give_back(tx, LEASE, self.holder)


def _end(tx: Transaction, alerts: Sequence[Open], now_ms: int, *, quiet: bool = False) -> None:
    told = f", told = '{OVER}'" if quiet else ""
    tx.each(
        f"UPDATE alert SET cleared_ms = :now{told} WHERE id = :id AND cleared_ms IS NULL",
        [{"id": it.id, "now": now_ms} for it in alerts],
    )


_ALERT = (
    *("id", "rule", "tenant", "shop", "till", "cause", "severity", "opened_ms", "detail"),
)  # fmt: skip
_UNLESS_OPEN = "(rule, shop, till, cause) WHERE cleared_ms IS NULL DO NOTHING"


def _row(found: Finding, moment: Moment) -> tuple[str | int, ...]:
    key = found.key
    tenant = moment.shops[key.shop].tenant if key.shop in moment.shops else ""
    about = (key.rule, tenant, key.shop, key.till, key.cause)
    return (secrets.token_hex(16), *about, found.severity, moment.now_ms, _text(found))


def _text(found: Finding) -> str:
    return json.dumps(found.detail, ensure_ascii=False)
