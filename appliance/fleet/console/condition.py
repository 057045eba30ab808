"""How a till is, in one word: by its own last word, when it was last heard, and what it still owes."""

from __future__ import annotations

from appliance.fleet.console.saying import N_

LATE_MS = 10 * 60_000
LOST_MS = 30 * 60_000
OWES_MS = 15 * 60_000
"""A sale that has waited so long, with the till connected, is late."""

WORST_FIRST = ("lost", "late", "waiting", "closed", "ok", "none")
NAMES = {
    "ok": N_("in touch"),
    "late": N_("late"),
    "lost": N_("lost"),
    "closed": N_("closed"),
    "waiting": N_("waiting"),
    "none": N_("no tills"),
}

BACKLOG = "CASE WHEN c.next IS NULL THEN t.max_seq WHEN t.max_seq >= c.next THEN t.max_seq - c.next + 1 ELSE 0 END"
"""Facts that the till has and the fleet has not; of tables till t and cursor c."""

TILLS = "till t JOIN shop s ON s.shop = t.shop LEFT JOIN cursor c ON c.till = t.uid AND c.epoch = t.epoch"

CONDITION = f"""CASE
    WHEN t.status = 'pending' THEN 'waiting'
    WHEN t.state = 'closed' THEN 'closed'
    WHEN t.state = 'lost' OR t.seen_ms IS NULL OR t.seen_ms < :now - {LOST_MS} THEN 'lost'
    WHEN t.seen_ms < :now - {LATE_MS} THEN 'late'
    WHEN c.next IS NOT NULL AND t.max_seq >= c.next AND c.recv_ms < :now - {OWES_MS} THEN 'late'
    ELSE 'ok' END"""
"""One of NAMES; asks for the parameter `now`."""

IN_SERVICE = "t.status IN ('active', 'pending')"
