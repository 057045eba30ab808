"""Between the fleet and the till's updater: what software is wanted, and what became of it.

The updater is another process of another user; it asks the till's socket, which asks here. Its last
report lies in a file, so that a till that starts again tells it again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from appliance import whole_files
from appliance.malformed import Malformed
from appliance.telemetry.membership import folder_of
from appliance.wire import firmware
from appliance.wire.document import Content, DocumentName
from appliance.wire.firmware import Report

REPORT = "firmware-report.json"


@dataclass(slots=True)
class FirmwareDesk:
    """data: the till's data folder. Any number of desks on one folder are one."""

    data: Path
    _seen: tuple[int, bytes] = (0, b"")

    def wanted(self) -> Content:
        """The document that the till lives by, as `firmware.read` takes it; {} for none."""
        path = folder_of(self.data) / "documents" / f"{DocumentName.FIRMWARE}.json"
        try:
            content = json.loads(path.read_bytes())
            firmware.read(content)
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def report(self, payload: bytes) -> Report:
        """Keeps what the updater says, to be told to the fleet. Raises Malformed or OSError."""
        report = firmware.decode(payload)
        whole_files.write(folder_of(self.data) / REPORT, payload)
        return report

    def told(self) -> bytes:
        """The last report; b"" before the first. Asked often: the file is read when it is another."""
        path = folder_of(self.data) / REPORT
        try:
            stamp = path.stat().st_mtime_ns
            if stamp != self._seen[0]:
                payload = path.read_bytes()
                firmware.decode(payload)
                self._seen = (stamp, payload)
        except (OSError, Malformed):
            return b""
        return self._seen[1]
