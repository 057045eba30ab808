"""Tables of alerts on their way to people, and who of several servers does what only one may do."""

from __future__ import annotations

TABLES = (
    # Each alert is told to each recipient once when it opens, once when it gets worse, once when it is
    # over: `event`. recipient: "mail:olena@shop.example" or "hook:name". next_ms: not before then.
    # sent_ms: when it was taken; given_up: it never will be.
    """CREATE TABLE notice (
        id {identity}, alert TEXT NOT NULL, event TEXT NOT NULL, recipient TEXT NOT NULL,
        created_ms BIGINT NOT NULL, next_ms BIGINT NOT NULL, tries BIGINT NOT NULL DEFAULT 0,
        sent_ms BIGINT, given_up BIGINT NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '',
        UNIQUE (alert, event, recipient)
    )""",
    "CREATE INDEX notice_due ON notice (next_ms) WHERE sent_ms IS NULL AND given_up = 0",
    "CREATE INDEX notice_sent ON notice (recipient, sent_ms)",
    # told: as what it was last put on its way to people, a severity or "over".
    "ALTER TABLE alert ADD COLUMN told TEXT NOT NULL DEFAULT ''",
    (
        "CREATE INDEX alert_untold ON alert (id)"
        " WHERE told <> CASE WHEN cleared_ms IS NULL THEN severity ELSE 'over' END"
    ),
    # Whoever holds it works until then; who wants to go on says so in the transaction of the work.
    """CREATE TABLE lease (
        name TEXT PRIMARY KEY, holder TEXT NOT NULL, until_ms BIGINT NOT NULL
    )""",
    # What rules ask for among all tills.
    "CREATE INDEX health_now_of_metric ON health_now (metric)",
    "CREATE INDEX complaint_open ON complaint (kind) WHERE cleared_ms IS NULL",
    "CREATE INDEX cashier_day_latest ON cashier_day (day)",
)
