"""The broker that a till keeps ready for its shop: a mosquitto that lets the shop's tills in alone."""

from __future__ import annotations

import base64
import hashlib
import os
import pwd
from pathlib import Path

from appliance import whole_files
from appliance.own_broker import OwnBroker

_ITERATIONS = 101
"""mosquitto's own; the password is 18 random bytes, which nobody guesses however fast."""
CONNECTIONS_MAX = 64
_CONFIG = """\
# Written by `till run`; what the broker forgets the tills tell again.
listener {port} {host}
{user}allow_anonymous false
password_file {folder}/passwords
persistence false
max_connections {connections}
max_packet_size 300000
max_queued_messages 1000
max_inflight_messages 20
log_dest stderr
log_type error
log_type warning
"""


def make(folder: Path, place: tuple[str, int], user: tuple[str, str]) -> OwnBroker:
    """Its files, written anew; not started. place: where it listens. user: name and password."""
    host, port = place
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = folder.resolve()
    # Root would become a user who cannot read the files.
    owner = f"user {pwd.getpwuid(os.getuid()).pw_name}\n"
    text = _CONFIG.format(
        port=port, host=host, folder=folder, connections=CONNECTIONS_MAX, user=owner
    )
    whole_files.write(folder / "passwords", _password(*user).encode(), whole_files.ONLY_OWNER)
    whole_files.write(folder / "mosquitto.conf", text.encode())
    here = "127.0.0.1" if host in ("0.0.0.0", "") else host  # noqa: S104 - compared, not bound
    return OwnBroker(folder / "mosquitto.conf", ((here, port),))


def _password(user: str, password: str) -> str:
    """A line of mosquitto_passwd(1): PBKDF2 with SHA-512."""
    salt = os.urandom(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    words = (base64.b64encode(it).decode() for it in (salt, digest))
    return f"{user}:$7${_ITERATIONS}${'$'.join(words)}\n"
