"""Where the settings stand, and how they become one: the shop's own file, the fleet's over it.

What reads TOML and checks it is imported by whoever has something to read: a till that starts with
the settings it kept has not.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from appliance.config.kept import Keeper
from appliance.config.mistakes import ConfigError, Source
from appliance.config.schema import Settings

log = logging.getLogger(__name__)

SYSTEM_FILE = Path("/etc/kram/shop.toml")
ENVIRONMENT = "KRAM_CONFIG"
FLEET_FILE = Path("fleet") / "config.toml"
"""In the data folder: what the fleet wants of every till, over the till's own file."""
THE_TILLS_OWN = ("till", "fleet", "hub", "devices", "payments")
"""Sections about this one till and its cables."""


def load(path: Path | None = None, keep: Path | None = None) -> Settings:
    """The settings in a file; without one, those of $KRAM_CONFIG, /etc/kram/shop.toml, or defaults.

    Relative paths in a file count from its folder. keep: a file of the till's own with what was read
    last, which is not read again until it changes. Raises ConfigError; OSError if there is no such
    file.
    """
    path = path or usual_file()
    keeper = Keeper(keep, path)
    held = keeper.recall()
    if held is not None:
        return held
    local = Settings() if path is None else _parsed(path, keeper)
    wanted = local.till.data_dir / FLEET_FILE
    keeper.notes(wanted)
    if not wanted.exists():
        keeper.keep(local)
        return local
    from appliance.config.toml_text import text_of

    try:
        settings = with_fleet(text_of(wanted), str(wanted), path)
    except ConfigError as error:
        # They fitted when they came; the shop's own file has changed since, and must still sell.
        # Nothing is kept, so that each start says it.
        log.warning("the fleet's settings do not fit this till's own any more: %s", error)
        return local
    keeper.keep(settings)
    return settings


def _parsed(path: Path, keeper: Keeper) -> Settings:
    from appliance.config.toml_text import text_of

    keeper.notes(path)
    return parse(text_of(path), str(path), path.parent)


def with_fleet(text: str, file: str, path: Path | None = None) -> Settings:
    """The settings in the till's own file with the fleet's over them. Raises ConfigError, also for
    what is the till's alone; OSError."""
    from appliance.config.judge import settled
    from appliance.config.lines import lines_of
    from appliance.config.toml_text import document_of, text_of

    path = path or usual_file()
    over = document_of(text, file)
    source = Source(file, lines_of(text))
    foreign = [name for name in over if name in THE_TILLS_OWN]
    if foreign:
        said = "is of this one till: its own file says it, the fleet cannot"
        raise ConfigError([source.say((name,), said) for name in foreign])
    own = {} if path is None else document_of(text_of(path), str(path))
    folder = Path() if path is None else path.parent
    return settled(_laid_over(own, over), source, folder)


def _laid_over(own: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Tables key by key; anything else as the fleet has it."""
    merged = dict(own)
    for name, value in over.items():
        held = merged.get(name)
        both = isinstance(held, dict) and isinstance(value, dict)
        merged[name] = _laid_over(held, value) if both else value  # type: ignore[arg-type]
    return merged


def parse(text: str, file: str, folder: Path) -> Settings:
    """The settings in a text. file: its name in messages. folder: relative paths start there."""
    from appliance.config.judge import settled
    from appliance.config.lines import lines_of
    from appliance.config.toml_text import document_of

    return settled(document_of(text, file), Source(file, lines_of(text)), folder)


def usual_file() -> Path | None:
    if named := os.environ.get(ENVIRONMENT):
        return Path(named)
    return SYSTEM_FILE if SYSTEM_FILE.exists() else None
