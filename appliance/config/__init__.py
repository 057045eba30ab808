"""The shop's settings: TOML files read once at the edge, each mistake named by file, line and key."""

from appliance.config.mistakes import ConfigError
from appliance.config.read import load
from appliance.config.schema import Settings

__all__ = ["ConfigError", "Settings", "load"]
