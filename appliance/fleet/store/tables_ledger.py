"""Tables of what tills sent, as they sent it, and how far each has come.

`fact` is the truth; every table of `tables_sales` can be made again from it. In PostgreSQL it is
partitioned by the month of a fact's own time, which never changes, so that a fact that is sent
again meets its twin; a time that no month stands for goes to `fact_default`.
"""

from __future__ import annotations

TABLES = (
    # The place of a fact is (till, epoch, seq). body: canonical JSON, as hashed. hash: 32 bytes.
    """CREATE TABLE fact (
        till TEXT NOT NULL, epoch BIGINT NOT NULL, seq BIGINT NOT NULL, at_ms BIGINT NOT NULL,
        offset_min BIGINT NOT NULL, actor TEXT NOT NULL, cause TEXT NOT NULL, type TEXT NOT NULL,
        version BIGINT NOT NULL, body TEXT NOT NULL, hash {blob} NOT NULL, recv_ms BIGINT NOT NULL,
        PRIMARY KEY (till, epoch, seq, at_ms)
    ) {by_month}""",
    # next: the first seq that is not here yet; hash: of the one before it. at_ms, recv_ms: of that
    # one, when it happened and when it came. state: what its facts add up to (see `running`).
    """CREATE TABLE cursor (
        till TEXT NOT NULL, epoch BIGINT NOT NULL, next BIGINT NOT NULL, hash {blob} NOT NULL,
        at_ms BIGINT NOT NULL DEFAULT 0, recv_ms BIGINT NOT NULL DEFAULT 0,
        state TEXT NOT NULL DEFAULT '', PRIMARY KEY (till, epoch)
    )""",
    # Facts that are here before those they follow: today's sales while last week's still travel.
    # prev: the hash that the one before `first` must have; hash: of the one before `next`.
    """CREATE TABLE ahead (
        till TEXT NOT NULL, epoch BIGINT NOT NULL, first BIGINT NOT NULL, next BIGINT NOT NULL,
        prev {blob} NOT NULL, hash {blob} NOT NULL, state TEXT NOT NULL,
        PRIMARY KEY (till, epoch, first)
    )""",
    # Which record of the epoch before an epoch continues; 0 and nothing for a till's first.
    """CREATE TABLE epoch (
        till TEXT NOT NULL, epoch BIGINT NOT NULL, name TEXT NOT NULL, joined_epoch BIGINT NOT NULL,
        joined_seq BIGINT NOT NULL, joined_hash {blob} NOT NULL, PRIMARY KEY (till, epoch)
    )""",
    # Facts that no table could be made from: of a newer till, or not what their type promises.
    """CREATE TABLE unread (
        till TEXT NOT NULL, epoch BIGINT NOT NULL, seq BIGINT NOT NULL, type TEXT NOT NULL,
        version BIGINT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (till, epoch, seq)
    )""",
)
