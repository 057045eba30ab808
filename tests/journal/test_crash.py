"""Killing the process at every statement of a sale loses nothing that `append` acknowledged."""

import os
import signal
import struct

from appliance.journal import Journal, schema
from appliance.journal.verify import verify

from .till import Ringing


class KilledAt:
    """A connection whose process dies before the nth statement."""

    def __init__(self, con, statements):
        self._con = con
        self._left = statements

    def _count(self):
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def execute(self, *args):
        self._count()
        return self._con.execute(*args)

    def executemany(self, *args):
        self._count()
        return self._con.executemany(*args)

    def __getattr__(self, name):
        return getattr(self._con, name)


def killed_after(path, statements):
    """Sells in a child that is killed; returns the last seq it was acknowledged, or None when it
    came to the end alive."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        try:
            real = schema.connect
            schema.connect = lambda path: KilledAt(real(path), statements)
            till = Ringing(path, snapshot_facts=10)
            append = till.append

            def acknowledged(*facts):
                append(*facts)
                os.write(tell, struct.pack(">q", till.journal.last_seq))

            till.append = acknowledged
            till.open_shift()
            till.sell(2)
            till.journal.idle()
            till.close_shift()
            till.journal.close()
            os.write(tell, struct.pack(">q", -1))
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        words = [word for (word,) in struct.iter_unpack(">q", pipe.read())]
    os.waitpid(child, 0)
    if words and words[-1] == -1:
        return None
    return words[-1] if words else 0


def test_sigkill_at_every_statement_keeps_every_acknowledged_fact(tmp_path):
    statements = 0
    while True:
        path = tmp_path / f"{statements}.db"
        acknowledged = killed_after(path, statements)
        if acknowledged is None:
            break
        journal = Journal.open(path, "T1")
        assert journal.last_seq >= acknowledged, f"killed before statement {statements}"
        assert journal.durable_seq == journal.last_seq
        journal.close()
        if statements % 10 == 0:
            assert verify(path, deep=True).ok
        statements += 1
    assert statements > 60
