"""What a newer version of the program wrote and this one, come back to, cannot read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Unread:
    """A record whose place in the chain is proven and whose body is not understood. It stands in no
    journal under this name: whoever understands it reads the same bytes. numbers: of sales, receipts
    and the like that it names, so that none of them is given twice."""

    DURABLE: ClassVar[bool] = False
    type: str
    version: int
    numbers: tuple[tuple[str, int], ...] = ()
