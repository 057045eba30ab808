"""[passes]: with what Apple's and Google's wallet passes of gift cards are signed; empty is off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StrictStr

from appliance.config.lines import Key


def _pass_type(value: str) -> str:
    if value and not value.startswith("pass."):
        raise ValueError(f'must be like "pass.ua.shop.card", not "{value}"')
    return value


def _issuer(value: str) -> str:
    if value and not (value.isascii() and value.isdigit()):
        raise ValueError(f'must be the issuer\'s number in quotes, not "{value}"')
    return value


class Passes(BaseModel):
    """Of each wallet all settings are given, or none. wwdr: Apple's intermediate certificate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    apple_pass_type: Annotated[StrictStr, AfterValidator(_pass_type)] = ""
    apple_team: StrictStr = ""
    apple_certificate: Path | None = None
    apple_key: Path | None = None
    apple_wwdr: Path | None = None
    google_issuer: Annotated[StrictStr, AfterValidator(_issuer)] = ""
    google_key: Path | None = None

    def located(self, folder: Path) -> Passes:
        """With relative paths made whole from the folder of the settings."""
        paths = {name: it for name, it in self if isinstance(it, Path)}
        return self.model_copy(
            update={name: folder / path.expanduser() for name, path in paths.items()}
        )


def mistakes(passes: Passes) -> Iterator[tuple[Key, str]]:
    """Half a wallet."""
    for wallet in ("apple", "google"):
        given = {name: bool(it) for name, it in passes if name.startswith(wallet)}
        if any(given.values()):
            for name in (name for name, there in given.items() if not there):
                yield ("passes", name), f"must be given too, as the other {wallet}_… are"
