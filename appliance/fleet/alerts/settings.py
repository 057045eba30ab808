"""What a fleet wants of its alerts: `alerts.toml` in its folder, for the owner's eyes (it holds secrets).

[mail]
server = "smtp://mail.example:587"
user = "kram"
password = "..."
from = "kram@shop.example"

[[webhook]]
name = "duty"
url = "https://duty.example/kram"
secret = "at least sixteen letters"

[rules.offline]
after_s = 600
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from appliance.fleet.alerts.rule import CRITICAL, WARNING, Limits
from appliance.fleet.alerts.rules import RULES
from appliance.fleet.console.access.roles import Role, Scope

FILE = "alerts.toml"
SECRET_MIN = 16
_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


class SettingsMistake(ValueError):
    """What is wrong in the file, and where."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """id: as notices name it. least: the mildest severity that is told."""

    id: str
    scope: Scope
    least: str = WARNING
    language: str = ""

    def wants(self, severity: str) -> bool:
        return self.least == WARNING or severity == CRITICAL


@dataclass(frozen=True, slots=True)
class MailServer:
    """tls: from the first byte. Otherwise STARTTLS, unless `plain` says that the wire is trusted."""

    host: str
    port: int
    tls: bool
    plain: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Webhook:
    recipient: Recipient
    url: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """roles: of the console's people who get mail, if they have an address; addresses: who gets it
    besides. off: rules that are not asked."""

    mail: MailServer | None = None
    roles: frozenset[Role] = frozenset({Role.OPERATOR, Role.MANAGER, Role.ADMINISTRATOR})
    least: str = WARNING
    addresses: tuple[Recipient, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    limits: Mapping[str, Limits] = field(default_factory=dict)
    off: frozenset[str] = frozenset()


def load(folder: Path) -> Settings:
    """Without a file: the rules' own figures, and alerts in the console alone. Raises OSError,
    SettingsMistake."""
    path = folder / FILE
    if not path.exists():
        return Settings()
    try:
        return parse(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, SettingsMistake) as error:
        raise SettingsMistake(f"{path}: {error}") from None


def parse(table: Mapping[str, Any]) -> Settings:
    _known(table, "", ("mail", "webhook", "rules"))
    mail = _table(table, "mail")
    _known(mail, "mail.", ("server", "user", "password", "from", "roles", "least", "to"))
    limits, off = _rules(_table(table, "rules"))
    return Settings(
        _mail_server(mail) if mail else None,
        frozenset(_role(it) for it in mail["roles"]) if "roles" in mail else Settings().roles,
        _least(mail, "mail"),
        tuple(_address(it) for it in mail.get("to", ())),
        tuple(_webhook(it) for it in table.get("webhook", ())),
        limits,
        off,
    )


def _mail_server(mail: Mapping[str, Any]) -> MailServer:
    url = urlsplit(_text(mail, "server", "mail"))
    ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
    if url.scheme not in ports or not url.hostname:
        raise SettingsMistake("mail.server: smtp://host, smtps://host or smtp+plain://host")
    sender = _text(mail, "from", "mail")
    if not _ADDRESS.fullmatch(sender):
        raise SettingsMistake("mail.from: an address such as kram@shop.example")
    return MailServer(
        url.hostname,
        url.port or ports[url.scheme],
        url.scheme == "smtps",
        url.scheme == "smtp+plain",
        sender,
        _text(mail, "user", "mail", ""),
        _text(mail, "password", "mail", ""),
    )


def _address(one: Any) -> Recipient:
    if not isinstance(one, dict):
        raise SettingsMistake("mail.to: [[mail.to]] with an address")
    _known(one, "mail.to.", ("address", "scope", "least", "language"))
    address = _text(one, "address", "mail.to")
    if not _ADDRESS.fullmatch(address):
        raise SettingsMistake(f"mail.to: {address!r} is no address")
    return Recipient(
        f"mail:{address}",
        _scope(one, "mail.to"),
        _least(one, "mail.to"),
        _text(one, "language", "mail.to", ""),
    )


def _webhook(one: Any) -> Webhook:
    if not isinstance(one, dict):
        raise SettingsMistake("webhook: [[webhook]] with a name, a url and a secret")
    _known(one, "webhook.", ("name", "url", "secret", "scope", "least"))
    name, url = _text(one, "name", "webhook"), _text(one, "url", "webhook")
    if not _NAME.fullmatch(name):
        raise SettingsMistake("webhook.name: small letters, digits and -")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise SettingsMistake(f"webhook.url of {name}: https://host/path")
    secret = _text(one, "secret", "webhook")
    if len(secret) < SECRET_MIN:
        raise SettingsMistake(f"webhook.secret of {name}: at least {SECRET_MIN} characters")
    recipient = Recipient(f"hook:{name}", _scope(one, "webhook"), _least(one, "webhook"))
    return Webhook(recipient, url, secret.encode())


def _rules(table: Mapping[str, Any]) -> tuple[dict[str, Limits], frozenset[str]]:
    rules = {rule.name: rule for rule in RULES}
    _known(table, "rules.", tuple(rules))
    limits: dict[str, Limits] = {}
    off = set()
    for name in table:
        changed = _table(table, name)
        _known(changed, f"rules.{name}.", ("on", *rules[name].limits))
        if changed.get("on") is False:
            off.add(name)
        figures = {key: it for key, it in changed.items() if key != "on"}
        for key, it in figures.items():
            if not isinstance(it, int) or isinstance(it, bool) or not 0 <= it < 2**40:
                raise SettingsMistake(f"rules.{name}.{key}: a whole number, not less than 0")
        limits[name] = figures
    return limits, frozenset(off)


def _known(table: Mapping[str, Any], where: str, names: tuple[str, ...]) -> None:
    for name in table:
        if name not in names:
            raise SettingsMistake(f"{where}{name}: unknown; there is {', '.join(names)}")


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise SettingsMistake(f"{name}: a table, [{name}]")
    return found


def _text(table: Mapping[str, Any], name: str, where: str, default: str | None = None) -> str:
    found = table.get(name, default)
    if not isinstance(found, str):
        raise SettingsMistake(f"{where}.{name}: a text is missing")
    return found


def _least(table: Mapping[str, Any], where: str) -> str:
    found = _text(table, "least", where, WARNING)
    if found not in (WARNING, CRITICAL):
        raise SettingsMistake(f"{where}.least: {WARNING} or {CRITICAL}")
    return found


def _scope(table: Mapping[str, Any], where: str) -> Scope:
    """As of a person; without one, every shop."""
    return Scope.parse(_text(table, "scope", where, "*"))


def _role(name: Any) -> Role:
    try:
        return Role(name)
    except ValueError:
        raise SettingsMistake(f"mail.roles: of {', '.join(Role)}") from None
