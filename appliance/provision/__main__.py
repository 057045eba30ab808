"""`till first-boot` by itself: run as root before the till at each boot, without the other commands'
imports."""

from __future__ import annotations

import logging
import sys

from appliance.provision import first_boot
from appliance.provision.card import Card


def main() -> int:
    """What is wrong with a card is told, and is no failure: a till that can sell shall."""
    card = Card()
    if not card.slot.exists():
        # It would name a desk's computer anew, and grow its disk's partition.
        print("This machine was not started from a Kram card.", file=sys.stderr)  # noqa: T201
        return 1
    logging.basicConfig(level=logging.INFO, format="first boot: %(message)s")
    notice = first_boot.run(card)
    for line in notice.lines("en") if notice else ():
        print(line)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
