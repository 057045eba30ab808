"""A fleet that signs, as a till in a test sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.telemetry.key_ring import FILE, PinnedKeys
from appliance.wire import keyring
from appliance.wire.document import DocumentName, Plan, Step, digest
from appliance.wire.envelope import sealed
from appliance.wire.remote_command import RemoteCommand

TILL, SHOP = "01JDRZT1LL0000000000000000", "shop-1"
NOW_MS = 1_795_000_000_000


@dataclass
class Fleet:
    """key: the one it signs with now."""

    key: Ed25519PrivateKey = field(
        default_factory=lambda: Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    )

    def __post_init__(self) -> None:
        self.keys = keyring.first(self.key, NOW_MS)

    def pinned(self, folder: Path) -> PinnedKeys:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_bytes(keyring.written(self.keys))
        return PinnedKeys(folder)

    def rotate(self) -> bytes:
        """The longer list, as tills are sent it."""
        new = Ed25519PrivateKey.generate()
        self.keys = keyring.rotated(self.keys, self.key, new, NOW_MS)
        self.key = new
        return keyring.written(self.keys)

    def signs(self, body: dict[str, Any]) -> bytes:
        return sealed(body, self.keys[-1].id, self.key)

    def command(self, kind: str, *, to: dict[str, Any] | None = None, **changed: Any) -> bytes:
        given = {
            "id": "01JD0000000000000000000001",
            "args": {},
            "seq": 1,
            "issuer": "olena",
            "issued_ms": NOW_MS - 1_000,
            "expires_ms": NOW_MS + 60_000,
        }
        command = RemoteCommand(type=kind, **(given | changed))
        return self.signs(command.body({"till": TILL} if to is None else to))

    def plan(self, document: DocumentName, *steps: Step) -> bytes:
        return self.signs(Plan(document, steps).body({"till": TILL}))


def step(version: int, content: dict[str, Any], **more: Any) -> Step:
    """With the content beside it, unless a patch or an address is."""
    if not {"patch", "url"} & more.keys():
        more["inline"] = content
    return Step(version, digest(content), 2, **({"url": ""} | more))
