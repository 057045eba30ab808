"""[passes]: with what Apple's and Google's wallet passes of gift cards are signed; empty is off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from appliance.config.mistakes import Key
from appliance.config.rules import Section, Text, after


def _pass_type(value: str) -> str:
    if value and not value.startswith("pass."):
        raise ValueError(f'must be like "pass.ua.shop.card", not "{value}"')
    return value


def _issuer(value: str) -> str:
    if value and not (value.isascii() and value.isdigit()):
        raise ValueError(f'must be the issuer\'s number in quotes, not "{value}"')
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes(Section):
    """Of each wallet all settings are given, or none. wwdr: Apple's intermediate certificate."""

    apple_pass_type: Annotated[Text, after(_pass_type)] = ""
    apple_team: Text = ""
    apple_certificate: Path | None = None
    apple_key: Path | None = None
    apple_wwdr: Path | None = None
    google_issuer: Annotated[Text, after(_issuer)] = ""
    google_key: Path | None = None

    def located(self, folder: Path) -> Passes:
        """With relative paths made whole from the folder of the settings."""
        whole: dict[str, Any] = {
            name: folder / it.expanduser()
            for name, it in asdict(self).items()
            if isinstance(it, Path)
        }
        return replace(self, **whole)


def mistakes(passes: Passes) -> Iterator[tuple[Key, str]]:
    """Half a wallet."""
    for wallet in ("apple", "google"):
        given = {name: bool(it) for name, it in asdict(passes).items() if name.startswith(wallet)}
        if any(given.values()):
            for name in (name for name, there in given.items() if not there):
                yield ("passes", name), f"must be given too, as the other {wallet}_… are"
