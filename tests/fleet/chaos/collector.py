"""`python -m fleet.chaos.collector FOLDER DATABASE PORT`: one more collector of the fleet in that folder."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

from appliance import logs
from appliance.fleet import site
from appliance.fleet.authority import services
from appliance.fleet.collector import Collector


def main() -> None:
    folder, database, port = sys.argv[1:]
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    logs.configure("WARNING")
    opened = site.reopen(Path(folder), database)
    identity = opened.identity(services.COLLECTOR)
    takes = Collector(("127.0.0.1", int(port)), identity, opened.store)
    takes.start()
    stopping.wait()
    takes.stop()


if __name__ == "__main__":
    main()
