"""What people answer to an alert: seen, later, not until we open, not at all, over. All in the audit.

An answer reaches the alerts that are open and of the person's shops; what was answered before by
another just changes. Each function tells how many it changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from appliance.fleet import audit
from appliance.fleet.alerts.opening import Hours
from appliance.fleet.console.access.roles import Scope
from appliance.fleet.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers, of which shops, when, and from where."""

    store: Store
    person: str
    scope: Scope
    now_ms: int
    address: str = ""

    def acknowledge(self, alerts: Sequence[str]) -> int:
        """Somebody is at it: nobody else is told of it any more."""
        return self._each(
            alerts, "acknowledge", "acked_by = :person, acked_ms = :now", person=self.person
        )

    def snooze(self, alerts: Sequence[str], until_ms: int) -> int:
        """Out of sight until then; it comes back unless it is over."""
        return self._each(alerts, "snooze", "snoozed_until_ms = :until", until=until_ms)

    def mute(self, alerts: Sequence[str]) -> int:
        """Out of sight for as long as it lasts; the next time is another alert."""
        return self._each(alerts, "mute", "muted = 1")

    def mute_until_opening(self, alerts: Sequence[str]) -> int:
        """Out of sight until its own shop opens next."""
        changed = 0
        with self.store.transaction() as tx:
            for row in self._mine(tx, alerts):
                hours = Hours(row["timezone"] or "UTC", row["opens"] or "", row["closes"] or "")
                until = hours.next_opening_ms(self.now_ms)
                changed += self._change(
                    tx, row["id"], "mute_until_opening", "snoozed_until_ms = :until", until=until
                )
        return changed

    def recall(self, alerts: Sequence[str]) -> int:
        """Takes back every answer."""
        change = "acked_by = '', acked_ms = NULL, snoozed_until_ms = NULL, muted = 0"
        return self._each(alerts, "recall", change)

    def close(self, alerts: Sequence[str]) -> int:
        """It is over, says a person: for what ends by nothing that a rule could see, such as a till
        that was cloned. What still holds opens again."""
        return self._each(alerts, "close", "cleared_ms = :now")

    def _each(self, alerts: Sequence[str], act: str, change: str, **params: Any) -> int:
        with self.store.transaction() as tx:
            return sum(
                self._change(tx, row["id"], act, change, **params) for row in self._mine(tx, alerts)
            )

    def _mine(self, tx: Transaction, alerts: Sequence[str]) -> list[dict[str, Any]]:
        """In one order for everybody. An alert of no shop is for those who see every shop."""
        where, params = self.scope.where("s")
        found = []
        for id_ in sorted(set(alerts)):
            found += tx.rows(
                "SELECT a.id, s.timezone, s.opens, s.closes FROM alert a"
                " LEFT JOIN shop s ON s.shop = a.shop"
                f" WHERE a.id = :id AND a.cleared_ms IS NULL AND {where}",
                id=id_, **params,
            )  # fmt: skip
        return found

    def _change(self, tx: Transaction, id_: str, act: str, change: str, **params: Any) -> int:
        done = tx.run(
            f"UPDATE alert SET {change} WHERE id = :id AND cleared_ms IS NULL",
            id=id_, now=self.now_ms, **params,
        )  # fmt: skip
        if done:
            audit.write(tx, self.now_ms, self.person, f"alert.{act}", id_, "", self.address)
        return done
