"""A secret of a payment port: one line in a file that nobody but the till may read."""

from __future__ import annotations

from pathlib import Path

from appliance.payments.line import LineLost

_OTHERS = 0o077


def read_secret(path: Path, encoding: str = "utf-8") -> str:
    """Raises LineLost for one that others may read: whoever has it can move the shop's money."""
    try:
        if path.stat().st_mode & _OTHERS:
            raise LineLost(f"others may read {path}: chmod 600 {path}")
        secret = path.read_text(encoding).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LineLost(f"no secret in {path}: {error}") from None
    if not secret or not secret.isprintable():
        raise LineLost(f"no secret in {path}")
    return secret
