"""Tables of the console's people: who may come in, who is in, what they did. Written by the console."""

from __future__ import annotations

TABLES = (
    # secret: Argon2id. totp: sealed with the server's key; totp_step: of the last code that was used,
    # so that each works once. scope: lines of access/roles.py, "" for no shop, "*" for all.
    # must_change: the password was handed over by somebody else.
    """CREATE TABLE person (
        login TEXT PRIMARY KEY, name TEXT NOT NULL, secret TEXT NOT NULL,
        totp TEXT NOT NULL DEFAULT '', totp_step BIGINT NOT NULL DEFAULT 0, role TEXT NOT NULL,
        scope TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '',
        created_ms BIGINT NOT NULL, must_change BIGINT NOT NULL DEFAULT 0, disabled_ms BIGINT
    )""",
    """CREATE TABLE recovery_code (
        login TEXT NOT NULL, code_hash TEXT NOT NULL, PRIMARY KEY (login, code_hash)
    )""",
    # id: the hash of what the browser holds. kind: half, full or wall (access/sessions.py).
    """CREATE TABLE session (
        id TEXT PRIMARY KEY, login TEXT NOT NULL, kind TEXT NOT NULL, created_ms BIGINT NOT NULL,
        seen_ms BIGINT NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL
    )""",
    "CREATE INDEX session_of_person ON session (login)",
    # Tries at a login, by the login and by the address; until_ms: shut until then.
    """CREATE TABLE attempt (
        key TEXT PRIMARY KEY, failures BIGINT NOT NULL, at_ms BIGINT NOT NULL,
        until_ms BIGINT NOT NULL
    )""",
    """CREATE TABLE audit (
        id {identity}, at_ms BIGINT NOT NULL, person TEXT NOT NULL, act TEXT NOT NULL,
        target TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '',
        address TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX audit_by_time ON audit (at_ms)",
    "CREATE INDEX audit_of_target ON audit (target, id)",
    "CREATE INDEX audit_of_person ON audit (person, id)",
)
