"""mosquitto's configuration for a fleet: clients by certificate, each till on its own topics.

Written for mosquitto 2.0.11 (Debian 12) and what came after it; mosquitto.conf(5).
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance import whole_files
from appliance.fleet.authority import services
from appliance.fleet.authority.ca import Authority
from appliance.wire.limits import PACKET_BYTES_MAX

PORT, SERVICE_PORT = 8883, 8884
CONFIG, ACL, CRL = "mosquitto.conf", "acl", "crl.pem"

INFLIGHT_MAX = 20
"""Per client: a window of 200 facts in batches of ten."""
QUEUED_MAX = 1000
"""Per client. What does not fit is dropped, and sent again by the till, whose outbox is the store."""
QUEUED_BYTES_MAX = 32 * 1024 * 1024
KEEPALIVE_MAX_S = 600
TILLS_MAX = 20_000
"""Connections of a cell, at 28 kB each; docs/fleet/broker.md has the arithmetic."""
SERVICES_MAX = 256
"""Collectors, consoles, integrators, and a hundred edge nodes of Sparkplug."""

_CONFIG = """\
# Written by `till fleet broker-config`; a change here is lost with the next one.
per_listener_settings false
allow_anonymous false
acl_file {folder}/acl

# The broker is a wire: what it forgets the tills send again.
persistence false
persistent_client_expiration 1h
retain_available true

max_packet_size {packet_max}
max_inflight_messages {inflight_max}
max_queued_messages {queued_max}
max_queued_bytes {queued_bytes_max}
max_keepalive {keepalive_max}
set_tcp_nodelay true
sys_interval 10

log_dest stderr
log_timestamp_format %Y-%m-%dT%H:%M:%S
log_type error
log_type warning
log_type notice
connection_messages {log_connections}
{user}
# Tills. The certificate's common name is the user and the client id, so that none can speak or
# take over a session as another.
listener {port}{address}
max_connections {tills_max}
{tls}use_username_as_clientid true

# Collectors and the console.
listener {service_port}{service_address}
max_connections {services_max}
{tls}"""

_TLS = """\
cafile {folder}/ca.crt
certfile {folder}/tls.crt
keyfile {folder}/tls.key
crlfile {folder}/crl.pem
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
"""

_ACL = """\
# Written by `till fleet broker-config`. %u is the common name of the certificate: a till's uid.
# The levels of tenant and shop only route: the registry decides whose till it is.
pattern write pos/v1/+/+/%u/up/#
pattern read pos/v1/+/+/%u/down/#
pattern read pos/v1/+/+/_shop/down/#
pattern read pos/v1/_srv/+/state

user {collector}
topic read pos/v1/+/+/+/up/#
topic write pos/v1/+/+/+/down/#
topic readwrite pos/v1/_srv/#
topic read $SYS/#

user {console}
topic read pos/v1/#
topic write pos/v1/+/+/+/down/#
topic write pos/v1/+/+/+/up/state
topic read $SYS/#

user {integrator}
topic read pos/v1/+/+/+/up/#
topic read pos/v1/_srv/#
topic read homeassistant/#
topic read kram/#
topic read spBv1.0/#
topic write spBv1.0/+/NCMD/+
topic write spBv1.0/STATE/+

user {bridge}
topic read pos/v1/+/+/+/up/health
topic read pos/v1/+/+/+/up/state
topic read pos/v1/_srv/#
topic readwrite spBv1.0/#
topic readwrite homeassistant/#
topic readwrite kram/#
"""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a broker listens. address: "" is everywhere. user: whom mosquitto becomes when root
    starts it."""

    port: int = PORT
    service_port: int = SERVICE_PORT
    address: str = ""
    service_address: str = "127.0.0.1"
    tills_max: int = TILLS_MAX
    log_connections: bool = True
    user: str = ""


def config(folder: Path, listening: Listening) -> str:
    """The text of mosquitto.conf for files that lie in this folder."""
    return _CONFIG.format(
        folder=folder,
        tls=_TLS.format(folder=folder),
        packet_max=PACKET_BYTES_MAX,
        inflight_max=INFLIGHT_MAX,
        queued_max=QUEUED_MAX,
        queued_bytes_max=QUEUED_BYTES_MAX,
        keepalive_max=KEEPALIVE_MAX_S,
        log_connections=str(listening.log_connections).lower(),
        user=f"user {listening.user}\n" if listening.user else "",
        port=listening.port,
        address=_after(listening.address),
        tills_max=listening.tills_max,
        service_port=listening.service_port,
        service_address=_after(listening.service_address),
        services_max=SERVICES_MAX,
    )


def acl() -> str:
    return _ACL.format(
        collector=services.COLLECTOR,
        console=services.CONSOLE,
        integrator=services.INTEGRATOR,
        bridge=services.BRIDGE,
    )


def write(
    folder: Path,
    authority: Authority,
    hosts: Sequence[str],
    listening: Listening,
    crl: bytes,
    now: datetime,
    installed: Path | None = None,
) -> Path:
    """All that a broker needs, in one folder; the path of its configuration. installed: where the
    folder will be on the broker's machine, when that is another."""
    folder = folder.resolve()
    services.identity(folder, authority, "broker", hosts, now)
    whole_files.write(folder / ACL, acl().encode())
    whole_files.write(folder / CRL, crl)
    path = folder / CONFIG
    whole_files.write(path, config(installed or folder, listening).encode())
    return path


def _after(address: str) -> str:
    return f" {address}" if address else ""


def own_user() -> str:
    """Who runs this program; as root, mosquitto would become a user who cannot read the key."""
    return pwd.getpwuid(os.getuid()).pw_name
