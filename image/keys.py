"""The folder of keys that an image trusts and a bundle is signed with; development makes its own.

    keyring.pem      certificates that a till accepts bundles from (several while keys change)
    signing.pem/.key what this build signs its bundle with: absent where only an image is built
    release-roots    public keys of the fleet's release documents, a line each (may be absent)
    provision.pub    public keys of provisioning files (may be absent)

Releases give a folder of their own by KRAM_KEYS. Nothing of it but public parts gets into an image.
"""

from __future__ import annotations

from pathlib import Path

from image import places
from image.tools import Stopped, run

# Where each public part is in the root.
PUBLIC = {
    "keyring.pem": "etc/rauc/keyring.pem",
    "release-roots": "usr/lib/kram/release-roots",
    "provision.pub": "usr/lib/kram/provision.pub",
}
# A device's clock may be years behind or ahead: RAUC would refuse a certificate outside its dates.
_DAYS = "10950"
_NAME = "/O=Kram/CN=Kram development"


def see_that_keys_are_here(folder: Path = places.KEYS) -> Path:
    if not (folder / "keyring.pem").is_file():
        if folder != places.CHECKOUT / ".keys" / "image":
            raise Stopped(f"{folder} holds no keyring.pem; KRAM_KEYS names a folder that does.")
        _make_development_keys(folder)
    return folder


def public_parts(folder: Path) -> list[tuple[Path, str]]:
    return [(folder / name, to) for name, to in PUBLIC.items() if (folder / name).is_file()]


def _make_development_keys(folder: Path) -> None:
    """An authority and a certificate of it; only for images that never leave this desk."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc")
    authority = (folder / "keyring.pem", folder / "authority.key")
    run("openssl", "req", "-x509", *curve, "-days", _DAYS, "-subj", f"{_NAME} authority",
        "-out", authority[0], "-keyout", authority[1])  # fmt: skip
    run("openssl", "req", "-x509", *curve, "-days", _DAYS, "-subj", f"{_NAME} bundles",
        "-CA", authority[0], "-CAkey", authority[1], "-addext", "basicConstraints=CA:FALSE",
        "-out", folder / "signing.pem", "-keyout", folder / "signing.key")  # fmt: skip
