"""The console's people: who they are, what they may, and how they prove it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from appliance.fleet import audit, clock
from appliance.fleet.console.access import passwords, second_factor
from appliance.fleet.console.access.changing import change
from appliance.fleet.console.access.roles import Role, Scope
from appliance.fleet.console.saying import N_
from appliance.fleet.store import Store

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_EMAIL = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,190}")
_NAME_MAX = 100


class PersonMistake(ValueError):
    """What cannot be kept of a person; the sentence, in English, says what to do."""


@dataclass(frozen=True, slots=True)
class Person:
    """must_change: the password was handed over by another person and holds once."""

    login: str
    name: str
    role: Role
    scope: Scope
    active: bool = True
    has_second_factor: bool = False
    must_change: bool = False


class People:
    """key: the server's own secret (32 bytes), kept apart from the database."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._store = store
        self._key = key
        self._safe = second_factor.Safe(key)

    def get(self, login: str) -> Person | None:
        rows = self._store.rows(f"{_SELECT} WHERE login = :login", login=login)
        return _person(rows[0]) if rows else None

    def all(self) -> list[Person]:
        return [_person(row) for row in self._store.rows(f"{_SELECT} ORDER BY name LIMIT 1000")]

    def tell_by_mail(self, login: str, email: str) -> None:
        """Where alerts go; "" for nowhere."""
        if email and not _EMAIL.fullmatch(email):
            raise PersonMistake(N_("An address is like olena@shop.example."))
        change(
            self._store,
            "UPDATE person SET email = :email WHERE login = :login",
            email=email,
            login=login,
        )

    def add(self, login: str, name: str, role: Role, scope: Scope, now_ms: int) -> str:
        """The password for the first login."""
        if not _LOGIN.fullmatch(login):
            raise PersonMistake(N_("A login has 2 to 64 small letters, digits or . _ - @."))
        password = passwords.one_time()
        added = change(
            self._store,
            "INSERT INTO person (login, name, secret, role, scope, created_ms, must_change)"
            " VALUES (:login, :name, :secret, :role, :scope, :now, 1)"
            " ON CONFLICT (login) DO NOTHING",
            login=login,
            name=_checked_name(name),
            secret=passwords.hashed(password),
            role=role.value,
            scope=str(scope),
            now=now_ms,
        )
        if not added:
            raise PersonMistake(N_("Somebody has this login already. Choose another."))
        return password

    def change(
        self, login: str, name: str, role: Role, scope: Scope, now_ms: int, *, active: bool
    ) -> None:
        """Without a last administrator over everything nobody could let anybody in."""
        stays = active and role is Role.ADMINISTRATOR and scope.everything
        if not stays and self._is_last_administrator(login):
            raise PersonMistake(
                N_("This is the last administrator of all shops. Make another first.")
            )
        change(
            self._store,
            "UPDATE person SET name = :name, role = :role, scope = :scope, disabled_ms ="
            " CASE WHEN :active = 1 THEN NULL ELSE coalesce(disabled_ms, :now) END"
            " WHERE login = :login",
            login=login,
            name=_checked_name(name),
            role=role.value,
            scope=str(scope),
            active=int(active),
            now=now_ms,
        )

    # Passwords

    def knows_password(self, login: str, password: str) -> bool:
        """Takes as long for a login that nobody has."""
        rows = self._store.rows(
            "SELECT secret FROM person WHERE login = :login AND disabled_ms IS NULL", login=login
        )
        return passwords.matches(password, rows[0]["secret"] if rows else "")

    def set_password(self, login: str, password: str) -> None:
        if sentence := passwords.mistake(password, login):
            raise PersonMistake(sentence)
        self._keep_password(login, password, must_change=False)

    def reset_password(self, login: str) -> str:
        password = passwords.one_time()
        self._keep_password(login, password, must_change=True)
        return password

    def _keep_password(self, login: str, password: str, *, must_change: bool) -> None:
        change(
            self._store,
            "UPDATE person SET secret = :secret, must_change = :must WHERE login = :login",
            login=login,
            secret=passwords.hashed(password),
            must=int(must_change),
        )

    # Second factor

    def enrol(self, login: str, secret: str, code: str, now_ms: int) -> list[str]:
        """Ten recovery codes, to be shown once; the code proves that the app has the secret."""
        step = second_factor.step_of(secret, code, now_ms, 0)
        if step is None:
            raise PersonMistake(N_("This code is not right. See that the phone's clock is right."))
        codes = second_factor.recovery_codes()
        self.drop_second_factor(login)
        change(
            self._store,
            "UPDATE person SET totp = :totp, totp_step = :step WHERE login = :login",
            login=login,
            totp=self._safe.seal(secret),
            step=step,
        )
        for each in codes:
            change(
                self._store,
                "INSERT INTO recovery_code (login, code_hash) VALUES (:login, :hash)",
                login=login,
                hash=second_factor.recovery_hash(each, login, self._key),
            )
        return codes

    def drop_second_factor(self, login: str) -> None:
        change(
            self._store,
            "UPDATE person SET totp = '', totp_step = 0 WHERE login = :login",
            login=login,
        )
        change(self._store, "DELETE FROM recovery_code WHERE login = :login", login=login)

    def knows_code(self, login: str, code: str, now_ms: int) -> bool:
        """A code of the app, or a recovery code; either works once."""
        [row] = self._store.rows(
            "SELECT totp, totp_step FROM person WHERE login = :login", login=login
        )
        secret = self._safe.unseal(row["totp"])
        step = second_factor.step_of(secret, code, now_ms, row["totp_step"]) if secret else None
        if step is not None:
            # Only one of two that came at once finds the older step.
            return (
                change(
                    self._store,
                    "UPDATE person SET totp_step = :step WHERE login = :login AND totp_step < :step",
                    login=login,
                    step=step,
                )
                == 1
            )
        return (
            change(
                self._store,
                "DELETE FROM recovery_code WHERE login = :login AND code_hash = :hash",
                login=login,
                hash=second_factor.recovery_hash(code, login, self._key),
            )
            == 1
        )

    def recovery_codes_left(self, login: str) -> int:
        [row] = self._store.rows(
            "SELECT count(*) AS n FROM recovery_code WHERE login = :login", login=login
        )
        return int(row["n"])

    def _is_last_administrator(self, login: str) -> bool:
        rows = self._store.rows(
            "SELECT login FROM person WHERE role = :role AND scope = '*' AND disabled_ms IS NULL LIMIT 2",
            role=Role.ADMINISTRATOR.value,
        )
        return [row["login"] for row in rows] == [login]


def first_administrator(store: Store, key: bytes, login: str, name: str) -> str:
    """Makes an administrator over everything, for `till fleet serve`; answers the password of the
    first login. PersonMistake when the login is taken or is none."""
    now_ms, everything = clock.now_ms(), Scope(everything=True)
    password = People(store, key).add(login, name, Role.ADMINISTRATOR, everything, now_ms)
    with store.transaction() as tx:
        audit.write(tx, now_ms, "", "person.add", login, Role.ADMINISTRATOR.value, "server")
    return password


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= _NAME_MAX:
        raise PersonMistake(N_("A person needs a name of at most 100 characters."))
    return name


_SELECT = "SELECT login, name, role, scope, disabled_ms, totp, must_change FROM person"


def _person(row: dict[str, Any]) -> Person:
    return Person(
        login=row["login"],
        name=row["name"],
        role=Role(row["role"]),
        scope=Scope.parse(row["scope"]),
        active=row["disabled_ms"] is None,
        has_second_factor=bool(row["totp"]),
        must_change=bool(row["must_change"]),
    )
