"""Bytes from the fleet's server, over HTTPS with the fleet's own root as the only one believed."""

from __future__ import annotations

import http.client
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from appliance.telemetry.documents import Fetch
from appliance.telemetry.membership import ROOT

TIMEOUT_S = 30.0


def from_server(server: str, folder: Path) -> Fetch:
    """server: its URL; an empty one has nothing. folder: of the till's membership."""

    def fetch(path: str, most: int) -> bytes:
        url = urlsplit(server)
        if not url.hostname:
            raise ConnectionError("the settings name no server of the fleet: [fleet] server")
        trust = ssl.create_default_context(cafile=str(folder / ROOT))
        line = http.client.HTTPSConnection(
            url.hostname, url.port or 443, timeout=TIMEOUT_S, context=trust
        )
        try:
            line.request("GET", path)
            answer = line.getresponse()
            if answer.status != http.client.OK:
                raise ConnectionError(f"{path}: the fleet's server says {answer.status}")
            content = answer.read(most + 1)
        except http.client.HTTPException as error:
            raise ConnectionError(f"{path}: {error}") from None
        finally:
            line.close()
        if len(content) > most:
            raise ConnectionError(f"{path}: more than the {most} bytes that were announced")
        return content

    return fetch
