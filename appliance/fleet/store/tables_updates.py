"""Tables of releases, rollouts and what tills run. Written by `appliance.fleet.updates`."""

from __future__ import annotations

TABLES = (
    # A signed bundle that tills may be given; the bundle itself lies on the disk under its hash.
    # statement: as tills read it (wire/release.py); key: id of the release key that signed it.
    """CREATE TABLE release (
        sha256 TEXT PRIMARY KEY, version TEXT NOT NULL, compatible TEXT NOT NULL,
        serial BIGINT NOT NULL, size BIGINT NOT NULL, min_version TEXT NOT NULL,
        notes TEXT NOT NULL, key TEXT NOT NULL, statement TEXT NOT NULL,
        expires_ms BIGINT NOT NULL, published_ms BIGINT NOT NULL, published_by TEXT NOT NULL,
        withdrawn_ms BIGINT, withdrawn_by TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT '',
        UNIQUE (compatible, version)
    )""",
    # Every list of release keys that the root signed; the one with the highest serial counts.
    """CREATE TABLE release_keys (
        serial BIGINT PRIMARY KEY, statement TEXT NOT NULL, at_ms BIGINT NOT NULL,
        person TEXT NOT NULL
    )""",
    # scopes: lines, as in `document`. plan: JSON of its waves. state: updates/plan.py State. wave: the
    # open one, from 0; passed: a person let it through. why: JSON, what halted it. seen: JSON, what it
    # waits for. looks: JSON, the last comparison of sales and how many were made of this wave.
    # excused: JSON, tills with whose trouble a person went on.
    """CREATE TABLE rollout (
        id TEXT PRIMARY KEY, release TEXT NOT NULL, scopes TEXT NOT NULL, plan TEXT NOT NULL,
        state TEXT NOT NULL, wave BIGINT NOT NULL DEFAULT 0, waved_ms BIGINT NOT NULL DEFAULT 0,
        passed BIGINT NOT NULL DEFAULT 0, author TEXT NOT NULL, created_ms BIGINT NOT NULL,
        started_ms BIGINT, ended_ms BIGINT, why TEXT NOT NULL DEFAULT '{{}}',
        seen TEXT NOT NULL DEFAULT '{{}}', looks TEXT NOT NULL DEFAULT '{{}}',
        excused TEXT NOT NULL DEFAULT '[]', note TEXT NOT NULL DEFAULT ''
    )""",
    # Who was offered the release, in which wave. held: the offer is taken back for now.
    """CREATE TABLE rollout_till (
        rollout TEXT NOT NULL, till TEXT NOT NULL, wave BIGINT NOT NULL, offered_ms BIGINT NOT NULL,
        held BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (rollout, till)
    )""",
    "CREATE INDEX rollout_of_till ON rollout_till (till)",
    # What a till last said of its software (wire/firmware.py Report); version is what it booted.
    # booted_ms: since when the fleet knows it on this version.
    """CREATE TABLE till_firmware (
        till TEXT PRIMARY KEY, version TEXT NOT NULL, slot TEXT NOT NULL, stage TEXT NOT NULL,
        compatible TEXT NOT NULL, good_ms BIGINT NOT NULL, serial BIGINT NOT NULL,
        wanted TEXT NOT NULL, rollout TEXT NOT NULL, since_ms BIGINT NOT NULL, tries BIGINT NOT NULL,
        reasons TEXT NOT NULL, why TEXT NOT NULL, detail TEXT NOT NULL, done BIGINT NOT NULL,
        size BIGINT NOT NULL, at_ms BIGINT NOT NULL, heard_ms BIGINT NOT NULL,
        booted_ms BIGINT NOT NULL
    )""",
    "CREATE INDEX till_firmware_version ON till_firmware (version)",
    # Each time that a till came back from a release or refused it, told once.
    """CREATE TABLE till_return (
        till TEXT NOT NULL, wanted TEXT NOT NULL, at_ms BIGINT NOT NULL, rollout TEXT NOT NULL,
        stage TEXT NOT NULL, why TEXT NOT NULL, detail TEXT NOT NULL, heard_ms BIGINT NOT NULL,
        PRIMARY KEY (till, wanted, at_ms)
    )""",
    "CREATE INDEX till_return_heard ON till_return (heard_ms)",
)
