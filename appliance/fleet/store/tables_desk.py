"""Tables of shops, tills, orders and alerts. Each is written by the part of the fleet it belongs to.

Times are milliseconds since 1970 UTC; a time that has not come is NULL. JSON stands in text columns.
"""

from __future__ import annotations

TABLES = (
    # opens, closes: "08:00" in its own timezone; "" for always open.
    """CREATE TABLE shop (
        shop TEXT PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL DEFAULT '',
        region TEXT NOT NULL DEFAULT '', timezone TEXT NOT NULL DEFAULT 'Europe/Kyiv',
        currency TEXT NOT NULL DEFAULT 'UAH', lat DOUBLE PRECISION, lon DOUBLE PRECISION,
        opens TEXT NOT NULL DEFAULT '', closes TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX shop_by_tenant ON shop (tenant, region)",
    # status: pending, active, denied or retired. state: as its last will says: ready, selling,
    # closed, updating, lost. max_seq: what it says it has, of its epoch. hello: the last one, JSON.
    """CREATE TABLE till (
        uid TEXT PRIMARY KEY, tenant TEXT NOT NULL, shop TEXT NOT NULL, name TEXT NOT NULL DEFAULT '',
        number BIGINT NOT NULL DEFAULT 1, hw_serial TEXT NOT NULL DEFAULT '',
        hw_model TEXT NOT NULL DEFAULT '', cert_fp TEXT NOT NULL DEFAULT '', cert_until_ms BIGINT,
        cell TEXT NOT NULL DEFAULT '', status TEXT NOT NULL DEFAULT 'active', enrolled_ms BIGINT,
        state TEXT NOT NULL DEFAULT '', state_ms BIGINT, seen_ms BIGINT, sw TEXT NOT NULL DEFAULT '',
        epoch BIGINT NOT NULL DEFAULT 0, min_kept BIGINT NOT NULL DEFAULT 1,
        max_seq BIGINT NOT NULL DEFAULT 0, clock_trust TEXT NOT NULL DEFAULT '',
        clock_skew_ms BIGINT, session_ms BIGINT NOT NULL DEFAULT 0, hello TEXT NOT NULL DEFAULT '{{}}'
    )""",
    "CREATE INDEX till_of_shop ON till (shop)",
    "CREATE INDEX till_by_status ON till (tenant, status)",
    # public_key: PEM of the key that the till signs its batches with.
    """CREATE TABLE certificate (
        serial TEXT PRIMARY KEY, till TEXT NOT NULL, fingerprint TEXT NOT NULL,
        public_key TEXT NOT NULL, pem TEXT NOT NULL DEFAULT '', issued_ms BIGINT NOT NULL,
        not_after_ms BIGINT NOT NULL, revoked_ms BIGINT, reason TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX certificate_of_till ON certificate (till)",
    # kind: pairing (a code on the till's screen) or token (a technician's file).
    """CREATE TABLE enrolment (
        code_hash TEXT PRIMARY KEY, kind TEXT NOT NULL, tenant TEXT NOT NULL DEFAULT '',
        shop TEXT NOT NULL DEFAULT '', name TEXT NOT NULL DEFAULT '', number BIGINT,
        hw_serial TEXT NOT NULL DEFAULT '', request TEXT NOT NULL DEFAULT '',
        created_ms BIGINT NOT NULL, until_ms BIGINT NOT NULL, approved_ms BIGINT,
        approved_by TEXT NOT NULL DEFAULT '', used_ms BIGINT, till TEXT NOT NULL DEFAULT ''
    )""",
    # scope: "" for the whole fleet, else "region:..", "shop:.." or "till:..".
    """CREATE TABLE document (
        name TEXT NOT NULL, scope TEXT NOT NULL, version BIGINT NOT NULL, sha256 TEXT NOT NULL,
        body TEXT NOT NULL, effective_ms BIGINT NOT NULL DEFAULT 0, author TEXT NOT NULL,
        created_ms BIGINT NOT NULL, PRIMARY KEY (name, scope, version)
    )""",
    """CREATE TABLE shadow (
        till TEXT NOT NULL, document TEXT NOT NULL, desired_version BIGINT NOT NULL DEFAULT 0,
        desired_sha256 TEXT NOT NULL DEFAULT '', reported_version BIGINT NOT NULL DEFAULT 0,
        reported_sha256 TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '',
        at_ms BIGINT NOT NULL, PRIMARY KEY (till, document)
    )""",
    "CREATE INDEX shadow_drift ON shadow (document, till) WHERE desired_version <> reported_version",
    # What a till was told last of a document: the signed plan, and what of it holds when.
    """CREATE TABLE plan (
        till TEXT NOT NULL, document TEXT NOT NULL, version BIGINT NOT NULL, steps TEXT NOT NULL,
        payload TEXT NOT NULL, at_ms BIGINT NOT NULL, sent_ms BIGINT, PRIMARY KEY (till, document)
    )""",
    "CREATE INDEX plan_unsent ON plan (at_ms) WHERE sent_ms IS NULL",
    # Whole documents by their hash, for tills to fetch.
    """CREATE TABLE content (
        sha256 TEXT PRIMARY KEY, body TEXT NOT NULL, at_ms BIGINT NOT NULL
    )""",
    # class: read, safe or money. state: waiting (for its approver), sent, received, running,
    # succeeded, failed, rejected or expired.
    """CREATE TABLE command (
        id TEXT PRIMARY KEY, till TEXT NOT NULL, type TEXT NOT NULL, args TEXT NOT NULL,
        class TEXT NOT NULL, state TEXT NOT NULL, issuer TEXT NOT NULL,
        approver TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', seq BIGINT,
        issued_ms BIGINT NOT NULL, expires_ms BIGINT NOT NULL, state_ms BIGINT,
        envelope TEXT NOT NULL DEFAULT '', answer TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX command_of_till ON command (till, issued_ms)",
    "CREATE INDEX command_by_time ON command (issued_ms)",
    # What tills themselves say is wrong right now, such as a printer without paper; alerts are made
    # of it. cause: the last level of its topic.
    """CREATE TABLE complaint (
        till TEXT NOT NULL, cause TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
        problem TEXT NOT NULL, severity TEXT NOT NULL, category TEXT NOT NULL, detail TEXT NOT NULL,
        at_ms BIGINT NOT NULL, heard_ms BIGINT NOT NULL, cleared_ms BIGINT, PRIMARY KEY (till, cause)
    )""",
    # One row for each time that a rule held; open while cleared_ms is NULL. cause: what the rule is
    # about within the till or shop, such as a device. detail: JSON, by which people read it.
    """CREATE TABLE alert (
        id TEXT PRIMARY KEY, rule TEXT NOT NULL, tenant TEXT NOT NULL DEFAULT '',
        shop TEXT NOT NULL DEFAULT '', till TEXT NOT NULL DEFAULT '', cause TEXT NOT NULL DEFAULT '',
        severity TEXT NOT NULL, opened_ms BIGINT NOT NULL, cleared_ms BIGINT,
        acked_by TEXT NOT NULL DEFAULT '', acked_ms BIGINT, snoozed_until_ms BIGINT,
        muted BIGINT NOT NULL DEFAULT 0, detail TEXT NOT NULL DEFAULT '{{}}'
    )""",
    "CREATE UNIQUE INDEX alert_open ON alert (rule, shop, till, cause) WHERE cleared_ms IS NULL",
    "CREATE INDEX alert_by_time ON alert (opened_ms)",
    # Metrics over time; text: of one that is a word, such as a printer's state.
    """CREATE TABLE health (
        till TEXT NOT NULL, at_ms BIGINT NOT NULL, metric TEXT NOT NULL, value DOUBLE PRECISION,
        text TEXT NOT NULL DEFAULT '', PRIMARY KEY (till, metric, at_ms)
    ) {by_month}""",
    """CREATE TABLE health_now (
        till TEXT NOT NULL, metric TEXT NOT NULL, at_ms BIGINT NOT NULL, value DOUBLE PRECISION,
        text TEXT NOT NULL DEFAULT '', PRIMARY KEY (till, metric)
    )""",
    # Small things that all processes of a fleet share, such as which keys are in use.
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
)
