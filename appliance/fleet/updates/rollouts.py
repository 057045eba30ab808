"""Rollouts at work: made, moved by people, and taken one step further by what is seen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from appliance.fleet import audit
from appliance.fleet.documents import Library
from appliance.fleet.store import Insert, Row, Session, Store, Transaction
from appliance.fleet.updates import looks, observing, plan, planning
from appliance.fleet.updates.looks import Looks
from appliance.fleet.updates.observing import Sight
from appliance.fleet.updates.plan import Advance, Finish, Halt, Offer, State, Step, Wait
from appliance.fleet.updates.planning import Plan
from appliance.fleet.updates.releases import Releases
from appliance.fleet.updates.trust import UpdateMistake
from appliance.wire import firmware, ulid
from appliance.wire.document import Content, DocumentName
from appliance.wire.firmware import Wanted

STEPS_MAX = 2 * planning.WAVES_MAX + 2
"""Of one rollout in one round: an offer and an advance for each wave."""
BY_ITSELF = ""
"""The person in the audit when nobody asked for it."""
OFFERS_MAX = 1000
"""At a time; the rest follows with the next step."""


@dataclass(frozen=True, slots=True)
class Rollouts:
    store: Store
    library: Library
    releases: Releases
    now_ms: Callable[[], int]

    # What people do

    def make(
        self,
        person: str,
        sha256: str,
        scopes: Sequence[str],
        wanted: Plan,
        note: str = "",
        address: str = "",
    ) -> str:
        """A draft's id. Raises UpdateMistake."""
        planning.checked(wanted)
        release = self._release(sha256)
        if not self.releases.is_good(release):
            raise UpdateMistake(_NOT_GOOD, version=release["version"])
        now = self.now_ms()
        id_ = ulid.new(now)
        with self.store.transaction() as tx:
            tx.run(
                "INSERT INTO rollout (id, release, scopes, plan, state, author, created_ms, note)"
                " VALUES (:id, :release, :scopes, :plan, 'draft', :person, :now, :note)",
                id=id_,
                release=sha256,
                scopes="\n".join(dict.fromkeys(scopes or [""])),
                plan=planning.written(wanted),
                person=person,
                now=now,
                note=note[:200],
            )
            audit.write(tx, now, person, "rollout.make", id_, release["version"], address)
        return id_

    def move(self, person: str, id_: str, deed: str, address: str = "") -> State:
        """start, pause, resume or abort. Raises UpdateMistake."""
        row = self._row(id_)
        before, after = plan.MOVES[deed]
        if State(row["state"]) not in before:
            raise UpdateMistake("The rollout is not where this can be done: look again.")
        release = self._release(row["release"])
        if deed in ("start", "resume"):
            self._may_run(row, release)
        now = self.now_ms()

        def along(tx: Transaction) -> None:
            moved = tx.run(
                "UPDATE rollout SET state = :after, why = '{}',"
                " started_ms = coalesce(started_ms, :started), waved_ms = CASE WHEN waved_ms = 0"
                " THEN :waved ELSE waved_ms END, ended_ms = :ended, passed = :passed"
                " WHERE id = :id AND state = :before",
                after=after.value,
                started=now if after is State.RUNNING else None,
                waved=now if after is State.RUNNING else 0,
                ended=now if after is State.ABORTED else None,
                passed=row["passed"] if after is State.RUNNING else 0,
                id=id_,
                before=row["state"],
            )
            if not moved:
                raise UpdateMistake(_MEANWHILE)
            if deed == "resume":
                self._excuse(tx, row, release)
            audit.write(tx, now, person, f"rollout.{deed}", id_, release["version"], address)

        self._hand_out(person, row, release, along, give=after is State.RUNNING)
        return after

    def let_through(self, person: str, id_: str, wave: int, address: str = "") -> None:
        """The open wave need prove nothing more. wave: the one that the person saw open; the next may
        have begun since. Raises UpdateMistake."""
        row = self._row(id_)
        if row["wave"] != wave:
            raise UpdateMistake(_MEANWHILE)
        now = self.now_ms()
        with self.store.transaction() as tx:
            done = tx.run(
                "UPDATE rollout SET passed = 1 WHERE id = :id AND state = 'running'"
                " AND wave = :wave",
                id=id_,
                wave=wave,
            )
            if not done:
                raise UpdateMistake("Only a wave of a rollout that goes out is let through.")
            audit.write(tx, now, person, "rollout.pass", id_, str(wave + 1), address)

    def withdraw(self, person: str, sha256: str, why: str, address: str = "") -> None:
        """The release, and every rollout of it: in this order, so that whatever breaks off between
        leaves nobody who is given it."""
        self.releases.withdraw(person, sha256, why, address)
        for row in self.store.rows(
            "SELECT id, state FROM rollout WHERE release = :it AND state <> 'aborted'", it=sha256
        ):
            try:
                self.move(person, row["id"], "abort", address)
            except UpdateMistake:
                # It halted by itself, or went on, in this very moment.
                self.move(person, row["id"], "abort", address)

    # What happens by itself

    def advance(self, id_: str) -> Step:
        """As many steps as can be taken now; the last is what it waits for."""
        step: Step = Wait(plan.Until.PERSON)
        for _ in range(STEPS_MAX):
            row = self._row(id_)
            release = self._release(row["release"])
            if not self.releases.is_good(release):
                running = row["state"] == State.RUNNING
                step = Halt(plan.Trouble.NOT_GOOD) if running else Wait(plan.Until.PERSON)
            else:
                sight = observing.observe(self.store, row, release, self.now_ms())
                self._note(row, sight)
                step = plan.next_step(planning.rollout_of(row), sight.observed, self.now_ms())
            self._take(row, release, step)
            if isinstance(step, Wait | Halt | Finish):
                break
        return step

    def working(self) -> list[str]:
        """Those that take steps: of each hardware the newest that was started."""
        rows = self.store.rows(
            "SELECT o.id, r.compatible, o.state FROM rollout o JOIN release r"
            " ON r.sha256 = o.release WHERE o.started_ms IS NOT NULL AND o.state <> 'aborted'"
            " ORDER BY o.started_ms DESC"
        )
        newest: dict[str, Row] = {}
        for row in rows:
            newest.setdefault(row["compatible"], row)
        return [it["id"] for it in newest.values() if it["state"] in (State.RUNNING, State.DONE)]

    def _take(self, row: Row, release: Row, step: Step) -> None:
        now, id_ = self.now_ms(), row["id"]
        match step:
            case Offer(tills):
                some = tills[:OFFERS_MAX]
                layers = self._offers(row, release, some, row["wave"])
                rows = [(id_, till, row["wave"], now) for till in some]
                self.library.assign(
                    BY_ITSELF,
                    DocumentName.FIRMWARE,
                    layers,
                    lambda tx: self._offered(tx, row, release, rows),
                )
            case Advance():
                self._change(row, "advance", str(row["wave"] + 2), _ADVANCE, now=now)
            case Finish():
                self._change(row, "finish", release["version"], _FINISH, now=now)
            case Halt():
                self._halt(row, release, json.dumps(asdict(step)))
            case Wait():
                text = json.dumps(asdict(step))
                if json.loads(row["seen"]).get("wait") != json.loads(text):
                    self._say(row, step)

    def _halt(self, row: Row, release: Row, why: str) -> None:
        now = self.now_ms()

        def along(tx: Transaction) -> None:
            if not tx.run(_HALT, id=row["id"], why=why, now=now):
                raise UpdateMistake(_MEANWHILE)
            audit.write(tx, now, BY_ITSELF, "rollout.halt", row["id"], why)

        self._hand_out(BY_ITSELF, row, release, along, give=False)

    def _change(self, row: Row, act: str, detail: str, sql: str, **params: Any) -> None:
        with self.store.transaction() as tx:
            if tx.run(sql, id=row["id"], wave=row["wave"], **params):
                audit.write(tx, params["now"], BY_ITSELF, f"rollout.{act}", row["id"], detail)

    def _say(self, row: Row, wait: Wait) -> None:
        with self.store.transaction() as tx:
            tx.run(
                "UPDATE rollout SET seen = :seen WHERE id = :id",
                seen=json.dumps({"wait": asdict(wait)}),
                id=row["id"],
            )

    def _note(self, row: Row, sight: Sight) -> None:
        told = looks.written(sight.looks)
        if told == row["looks"] or sight.looks == Looks():
            return
        with self.store.transaction() as tx:
            tx.run(
                "UPDATE rollout SET looks = :looks WHERE id = :id",
                looks=told,
                id=row["id"],
            )

    # Offers

    def _offered(
        self, tx: Transaction, row: Row, release: Row, rows: Iterable[tuple[Any, ...]]
    ) -> None:
        """Nobody is offered what was stopped meanwhile."""
        if not tx.run(
            "UPDATE rollout SET note = note WHERE id = :id AND state = :state AND wave = :wave",
            id=row["id"],
            state=row["state"],
            wave=row["wave"],
        ):
            raise UpdateMistake(_MEANWHILE)
        told = list(rows)
        tx.insert(Insert("rollout_till", ("rollout", "till", "wave", "offered_ms"), told))
        said = f"{release['version']}, wave {row['wave'] + 1}: {len(told)} tills"
        audit.write(tx, self.now_ms(), BY_ITSELF, "rollout.offer", row["id"], said)

    def _offers(
        self, row: Row, release: Row, tills: Iterable[str], wave: int
    ) -> dict[str, Content]:
        wanted = planning.read(row["plan"])
        return {
            f"till:{till}": firmware.document(
                Wanted(
                    offer=firmware.Offer(
                        release["statement"],
                        self.releases.address(release["sha256"], till),
                        row["id"],
                        wave,
                        wanted.not_before_ms,
                        firmware.window_of(wanted.window),
                        wanted.deadline_ms,
                        self.releases.ticket(release["sha256"], till),
                    )
                )
            )
            for till in tills
        }

    def _hand_out(
        self,
        person: str,
        row: Row,
        release: Row,
        along: Callable[[Transaction], None],
        *,
        give: bool,
    ) -> None:
        """Tills that were offered the release and do not run it are given it again, or it is taken
        back. A till that another server offered it in the same moment is caught up with: once
        `along` has changed the state, none is added."""
        layers = self._layers(row, release, give=give)

        def held(tx: Transaction) -> None:
            along(tx)
            self._hold(tx, row["id"], held=not give)

        self.library.assign(person, DocumentName.FIRMWARE, layers, held)
        late = self._layers(row, release, give=give)
        if more := {scope: it for scope, it in late.items() if scope not in layers}:
            self.library.assign(person, DocumentName.FIRMWARE, more)

    def _layers(self, row: Row, release: Row, *, give: bool) -> dict[str, Content]:
        layers: dict[str, Content] = {}
        for till in observing.tills_of(self.store, row, release):
            if till["wave"] is None or observing.runs(till, release):
                continue
            if give:
                layers |= self._offers(row, release, [till["uid"]], till["wave"])
            else:
                layers[f"till:{till['uid']}"] = firmware.document(Wanted())
        return layers

    @staticmethod
    def _hold(tx: Transaction, id_: str, *, held: bool) -> None:
        tx.run("UPDATE rollout_till SET held = :held WHERE rollout = :id", held=int(held), id=id_)

    def _excuse(self, tx: Transaction, row: Row, release: Row) -> None:
        """A person has seen what is wrong, and goes on: it halts for nothing of it again."""
        seen = observing.seen_of(observing.tills_of(tx, row, release), row, release)
        excused = {each.till for each in seen if each.returned or each.lost}
        excused |= set(json.loads(row["excused"]))
        tx.run(
            "UPDATE rollout SET excused = :excused, looks = '{}' WHERE id = :id",
            excused=json.dumps(sorted(excused)),
            id=row["id"],
        )

    # Rows

    def _may_run(self, row: Row, release: Row) -> None:
        if not self.releases.is_good(release):
            raise UpdateMistake(_NOT_GOOD, version=release["version"])
        other = self.store.one(
            "SELECT o.id, r.version FROM rollout o JOIN release r ON r.sha256 = o.release"
            " WHERE r.compatible = :compatible AND o.id <> :id"
            " AND o.state IN ('running', 'paused', 'halted') LIMIT 1",
            compatible=release["compatible"],
            id=row["id"],
        )
        if other is not None:
            raise UpdateMistake(
                "The rollout of {version} is not over: end it first.", version=other["version"]
            )

    def _row(self, id_: str) -> Row:
        return _one(self.store, "SELECT * FROM rollout WHERE id = :id", id=id_)

    def _release(self, sha256: str) -> Row:
        return _one(self.store, "SELECT * FROM release WHERE sha256 = :it", it=sha256)


def _one(session: Session, sql: str, **params: Any) -> Row:
    row = session.one(sql, **params)
    if row is None:
        raise UpdateMistake("There is no such release or rollout.")
    return row


_MEANWHILE = "Somebody else has just changed it: look again."
_NOT_GOOD = (
    "{version} may not be given to tills: it was withdrawn, has ended, or its key was revoked."
)
_ADVANCE = (
    "UPDATE rollout SET wave = wave + 1, waved_ms = :now, passed = 0"
    " WHERE id = :id AND wave = :wave AND state = 'running'"
)
_FINISH = (
    "UPDATE rollout SET state = 'done', ended_ms = :now"
    " WHERE id = :id AND wave = :wave AND state = 'running'"
)
_HALT = (
    "UPDATE rollout SET state = 'halted', why = :why, passed = 0"
    " WHERE id = :id AND state = 'running'"
)
