"""Numbers as people read them on paper and on the screen: receipt numbers."""

from __future__ import annotations


def receipt_number(till: int, epoch: int, receipt: int) -> str:
    """ "1-000118"; after a restore, which starts a new epoch, "1/2-000001": never used twice."""
    head = str(till) if epoch <= 1 else f"{till}/{epoch}"
    return f"{head}-{receipt:06d}"
