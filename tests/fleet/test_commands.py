"""Commands at the fleet: who may want one, who has to agree, and how each is followed to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from telemetry.fleet_keys import NOW_MS, Fleet

from appliance.fleet.authority.signing import Signer
from appliance.fleet.commands import CommandMistake, Commands
from appliance.fleet.store import Store, orders
from appliance.wire import remote_command
from appliance.wire.envelope import opened
from appliance.wire.trust import Trust

TILLS = ("01JD00000000000000000000T1", "01JD00000000000000000000T2")


@dataclass
class Desk:
    commands: Commands
    store: Store
    fleet: Fleet
    now: list[int]

    def hears(self, till: str, id_: str, state: str, answer: str = "{}") -> None:
        with self.store.transaction() as tx:
            orders.follow(tx, till, id_, state, answer, self.now[0])

    def state(self, id_: str) -> str:
        row = self.store.one("SELECT state FROM command WHERE id = :id", id=id_)
        assert row is not None
        return str(row["state"])


@pytest.fixture
def desk(store: Store) -> Desk:
    with store.transaction() as tx:
        for uid in TILLS:
            tx.run("INSERT INTO till (uid, tenant, shop) VALUES (:uid, 'kram', 's1')", uid=uid)
    fleet, now = Fleet(), [NOW_MS]
    signer: Callable[[], Signer] = lambda: Signer(fleet.key, fleet.keys)  # noqa: E731
    return Desk(Commands(store, signer, lambda: now[0]), store, fleet, now)


def test_a_safe_command_is_signed_and_waits_to_be_sent(desk: Desk) -> None:
    (one,) = desk.commands.issue("olena", TILLS[:1], "message", {"text": "Вітаю"})
    (row,) = desk.commands.to_send()
    assert (row["till"], row["shop"], row["id"]) == (TILLS[0], "s1", one)
    keys = {desk.fleet.keys[-1].id: desk.fleet.key.public_key()}
    command = remote_command.read(opened(row["envelope"].encode(), keys, "command"))
    assert (command.id, command.args, command.issuer) == (one, {"text": "Вітаю"}, "olena")
    assert remote_command.rejection(command, NOW_MS, Trust.NTP) is None


def test_money_waits_for_a_second_person_and_then_has_little_time(desk: Desk) -> None:
    (one,) = desk.commands.issue("olena", TILLS[:1], "open_drawer", {}, "Ключ зламано")
    assert desk.commands.to_send() == []
    with pytest.raises(CommandMistake, match="somebody else"):
        desk.commands.approve("olena", one)
    desk.now[0] += 600_000
    desk.commands.approve("ira", one)
    (row,) = desk.commands.to_send()
    keys = {desk.fleet.keys[-1].id: desk.fleet.key.public_key()}
    command = remote_command.read(opened(row["envelope"].encode(), keys, "command"))
    assert (command.issuer, command.approver) == ("olena", "ira")
    assert command.expires_ms - desk.now[0] == 900_000
    with pytest.raises(CommandMistake):
        desk.commands.approve("ira", one)


def test_money_wants_a_reason(desk: Desk) -> None:
    with pytest.raises(CommandMistake, match="why"):
        desk.commands.issue("olena", TILLS, "open_drawer", {}, " ")


def test_what_nobody_agreed_to_can_be_withdrawn_or_ends_by_itself(desk: Desk) -> None:
    one, two = desk.commands.issue("olena", TILLS, "open_drawer", {}, "x")
    desk.commands.withdraw("olena", one)
    assert desk.state(one) == "withdrawn"
    desk.now[0] += 900_000
    assert desk.commands.expire() == 1
    assert desk.state(two) == "expired"
    with pytest.raises(CommandMistake):
        desk.commands.approve("ira", two)


def test_states_go_forward_in_whatever_order_they_are_told(desk: Desk) -> None:
    (one,) = desk.commands.issue("olena", TILLS[:1], "diagnose", {})
    for told, held in (
        ("running", "running"),
        ("received", "running"),
        ("nonsense", "running"),
        ("succeeded", "succeeded"),
        ("running", "succeeded"),
        ("failed", "succeeded"),
    ):
        desk.hears(TILLS[0], one, told)
        assert desk.state(one) == held
    assert desk.commands.to_send() == []


def test_a_till_speaks_of_its_own_commands_alone(desk: Desk) -> None:
    (one,) = desk.commands.issue("olena", TILLS[:1], "diagnose", {})
    desk.hears(TILLS[1], one, "succeeded")
    assert desk.state(one) == "sent"


def test_an_end_that_comes_late_is_still_the_end(desk: Desk) -> None:
    (one,) = desk.commands.issue("olena", TILLS[:1], "restart", {})
    desk.now[0] += 86_400_000
    desk.commands.expire()
    desk.hears(TILLS[0], one, "succeeded")
    assert desk.state(one) == "succeeded"


def test_a_till_that_is_shut_out_is_sent_nothing(desk: Desk) -> None:
    desk.commands.issue("olena", TILLS, "restart", {})
    with desk.store.transaction() as tx:
        tx.run("UPDATE till SET status = 'denied' WHERE uid = :uid", uid=TILLS[0])
    assert [row["till"] for row in desk.commands.to_send()] == [TILLS[1]]
    assert desk.commands.to_send(TILLS[0]) == []


@pytest.mark.parametrize(
    ("tills", "kind", "args"),
    [((), "restart", {}), (TILLS, "shell", {}), (TILLS, "message", {"text": "x" * 9_000})],
)
def test_what_cannot_be_commanded_leaves_nothing(desk: Desk, tills, kind, args) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CommandMistake):
        desk.commands.issue("olena", tills, kind, args)
    assert desk.store.rows("SELECT id FROM command") == []
    assert desk.store.rows("SELECT id FROM audit") == []


def test_everything_is_in_the_audit(desk: Desk) -> None:
    (one,) = desk.commands.issue("olena", TILLS[:1], "open_drawer", {}, "x", address="10.0.0.7")
    desk.commands.approve("ira", one, address="10.0.0.8")
    rows = desk.store.rows("SELECT person, act, target, address FROM audit ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("olena", "command.issue", TILLS[0], "10.0.0.7"),
        ("ira", "command.approve", TILLS[0], "10.0.0.8"),
    ]
