"""The first run's answers: kept at each step, so that it can be left and comes back where it was."""

from __future__ import annotations

import json
import logging
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

from appliance import whole_files
from appliance.config import ConfigError, Settings, tax_files
from appliance.config.read import parse
from appliance.drivers import discovery, profiles
from appliance.drivers.profiles import UsbFacts
from appliance.first_run import found
from appliance.first_run.settings_text import TIME_ZONES, settings_text
from appliance.provision import notice
from appliance.ui.setup_port import Answers, CountryRow, Page, Proposal

log = logging.getLogger(__name__)

FILE = "first-run.json"
"""In the data folder until the settings stand. No password and no key is ever in it."""
_SIZE_MAX = 65_536


class FirstRun:
    """path: the settings file. settings: what it says already. networks: whether the till may join
    one. plugged: what udev sees. accept: is told which devices were taken."""

    def __init__(
        self,
        path: Path,
        settings: Settings,
        *,
        networks: bool,
        today: Callable[[], date] = date.today,
        plugged: Callable[[], Sequence[UsbFacts]] = discovery.found_now,
        end: Callable[[], None] = lambda: None,
        accept: Callable[[tuple[Mapping[str, Any], ...]], None] = lambda _devices: None,
    ) -> None:
        self._path = path
        self._data = Path(settings.till.data_dir)
        self._today = today
        self._plugged = plugged
        self._end = end
        self._accept = accept
        held = _document(path)
        joined = bool(settings.fleet.uid) or (self._data / "fleet" / "join.json").exists()
        left_out = {
            Page.NUMBER: "number" in held.get("till", {}),
            Page.DEVICES: bool(settings.devices),
            Page.NETWORK: not networks,
            Page.FLEET: joined,
        }
        self.pages = tuple(page for page in Page if not left_out.get(page, False))
        given = Answers(settings.shop.language.value, number=settings.till.number)
        self.answers, self.page = self._kept(given)

    def _kept(self, given: Answers) -> tuple[Answers, Page]:
        """Where it was left; at the beginning when that cannot be read."""
        path = self._data / FILE
        try:
            content = path.read_bytes()[:_SIZE_MAX]
            told = json.loads(content)
            known = {it.name for it in fields(Answers)}
            kept = {name: value for name, value in told["answers"].items() if name in known}
            kept["devices"] = tuple(kept.get("devices", ()))
            page = Page(told["page"])
            return replace(given, **kept), page if page in self.pages else self.pages[0]
        except FileNotFoundError:
            return given, self.pages[0]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            log.warning("%s cannot be read; the first run begins anew", path)
            return given, self.pages[0]

    @property
    def countries(self) -> Sequence[CountryRow]:
        """Ukraine first; the others by their names."""
        tables = [tax_files.load(it).taxes for it in tax_files.countries() if it in TIME_ZONES]
        rows = [CountryRow(it.country, it.name, it.name_en, it.currency) for it in tables]
        return sorted(rows, key=lambda it: (it.code != "ua", it.name_en))

    def notice(self, language: str) -> Sequence[str]:
        return notice.read(language)

    def put(self, page: Page, **answers: Any) -> None:
        self.page, self.answers = page, replace(self.answers, **answers)
        if "devices" in answers:
            self._accept(self.answers.devices)
        told = {"v": 1, "page": page.value, "answers": asdict(self.answers)}
        try:
            whole_files.write(self._data / FILE, json.dumps(told, ensure_ascii=False).encode())
        except OSError as error:
            log.warning("the answers are not kept: %s", error)

    def proposals(self) -> Sequence[Proposal]:
        return found.proposals(self._plugged(), profiles.load(found.PROFILES))

    def pair(self, server: str, show: Callable[[str, str], None], given_up: Event) -> str:
        from appliance.first_run.pairing import pair

        why, section = pair(self._data, self.answers.number, server, show, given_up)
        if section is not None:
            self.put(self.page, fleet=section)
        return why

    def finish(self) -> str:
        try:
            before = self._path.read_text(encoding="utf-8-sig") if self._path.exists() else ""
            text = settings_text(before, self.answers, self._today())
            parse(text, str(self._path), self._path.parent)
            whole_files.write(self._path, text.encode(), whole_files.EVERYBODY)
            (self._data / FILE).unlink(missing_ok=True)
        except ConfigError as error:
            return error.mistakes[0]
        except OSError as error:
            return f"{self._path}: {error.strerror or error}"
        return ""

    def begin(self) -> None:
        self._end()


def _document(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}
