"""Documents at the fleet: layers of changes, from which each till's own content is folded.

A change is a patch (RFC 7396) to a document in a scope, from a time on: "" the whole fleet, then
"region:..", "shop:..", "till:..", each over the one before. What a till shall live by at some time
is the fold of all patches that hold by then, the wider scope first, in one scope the earlier first.
So a price that was planned for Monday stays planned when another one changes today.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from appliance.core import codec
from appliance.fleet import audit
from appliance.fleet.authority.signing import Signer
from appliance.fleet.layers import (
    Change,
    Folded,
    changes_of,
    layers_over,
    revision_of,
    scopes_of,
    tills_of,
    write,
)
from appliance.fleet.store import Row, Store, Transaction
from appliance.malformed import Malformed
from appliance.wire import document as wire
from appliance.wire import envelope
from appliance.wire.document import Content, DocumentName, Plan, Step
from appliance.wire.merge_patch import difference

_KINDS = ("", "region", "shop", "till")
STEPS_A_REVISION = 16
"""Versions are revision * 16 + step, so that a newer plan always begins above an older one."""


class DocumentMistake(ValueError):
    """What cannot be made of a document; the text says why."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would make of one group of tills that live alike. tills: their uids."""

    tills: tuple[str, ...]
    before: Content
    after: Content

    @property
    def patch(self) -> Content:
        found = difference(self.before, self.after)
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Library:
    """signer: asked anew each time, since its key is changed while the server runs."""

    store: Store
    signer: Callable[[], Signer]
    now_ms: Callable[[], int]

    def change(
        self,
        person: str,
        name: DocumentName,
        scopes: Sequence[str],
        patch: Content,
        effective_ms: int = 0,
        *,
        address: str = "",
    ) -> int:
        """The document's new revision: this patch holds in these scopes from then on, and the plans
        of the tills it concerns are made anew. Raises DocumentMistake."""
        _proper(scopes, patch)
        now = self.now_ms()
        with self._alone() as tx:
            revision = revision_of(tx, name) + 1
            body = codec.canonical(patch).decode()
            for scope in dict.fromkeys(scopes):
                change = Change(scope, revision, max(now, effective_ms), patch)
                write(tx, name, change, person, now)
                audit.write(tx, now, person, f"document.{name.value}", scope, body, address)
            self._plan(tx, name, revision, person)
        return revision

    def assign(
        self,
        person: str,
        name: DocumentName,
        layers: Mapping[str, Content],
        along: Callable[[Transaction], None] = lambda _tx: None,
    ) -> int:
        """What holds in each scope from now on, in the place of all that was changed there: for what
        is handed out to many tills one by one. along: written in the same transaction, the audit
        too. Returns the document's new revision."""
        for scope, content in layers.items():
            _proper([scope], content)
        now = self.now_ms()
        with self._alone() as tx:
            revision = revision_of(tx, name) + 1
            for scope, content in layers.items():
                tx.run(
                    "DELETE FROM document WHERE name = :name AND scope = :scope",
                    name=name.value,
                    scope=scope,
                )
                write(tx, name, Change(scope, revision, now, content), person, now)
            along(tx)
            if layers:
                self._plan(tx, name, revision, person, _only(layers))
        return revision

    def content(self, name: DocumentName, till: str, at_ms: int | None = None) -> Content:
        """What a till shall live by at a time; now without one. {} when there is nothing."""
        found = tills_of(self.store, till)
        if not found:
            return {}
        changes = changes_of(self.store, name)
        return Folded(changes).at(scopes_of(found[0]), self.now_ms() if at_ms is None else at_ms)

    def held(self, name: DocumentName, scope: str, at_ms: int | None = None) -> Content:
        """What a whole scope lives by, apart from what narrower ones say otherwise."""
        layers = layers_over(self.store, scope)
        return Folded(changes_of(self.store, name)).at(layers, at_ms or self.now_ms())

    def undoing(self, name: DocumentName, scope: str, revision: int) -> Content:
        """The patch that takes one change back, as far as it still stands; {} for nothing."""
        known, layers = changes_of(self.store, name), layers_over(self.store, scope)
        its = [it for it in known if (it.scope, it.revision) == (scope, revision)]
        left = [it for it in known if (it.scope, it.revision) != (scope, revision)]
        then = max([self.now_ms(), *(it.effective_ms for it in its)])
        found = difference(Folded(known).at(layers, then), Folded(left).at(layers, then))
        return found if isinstance(found, dict) else {}

    def preview(
        self, name: DocumentName, scopes: Sequence[str], patch: Content, effective_ms: int = 0
    ) -> list[Preview]:
        """What `change` would do, without doing it; only groups that it changes something for."""
        _proper(scopes, patch)
        now = max(self.now_ms(), effective_ms)
        known = changes_of(self.store, name)
        draft = [Change(scope, _LAST, now, patch) for scope in dict.fromkeys(scopes)]
        before, after = Folded(known), Folded([*known, *draft])
        found = []
        for layers, tills in _alike(tills_of(self.store), [*known, *draft]):
            preview = Preview(tills, before.at(layers, now), after.at(layers, now))
            if preview.patch:
                found.append(preview)
        return found

    def refresh(self) -> int:
        """Plans of every document for tills that came, moved or were told by a key that is gone;
        how many were made anew."""
        with self._alone() as tx:
            return sum(self._plan(tx, name, revision_of(tx, name), "") for name in DocumentName)

    def to_send(self, till: str = "") -> list[Row]:
        """Plans that no till was sent yet, or all of one till, which has just connected."""
        return self.store.rows(_TO_ONE if till else _TO_SEND, till=till)

    def sent(self, rows: Iterable[Row]) -> None:
        with self.store.transaction() as tx:
            tx.each(
                "UPDATE plan SET sent_ms = :now WHERE till = :till AND document = :document"
                " AND version = :version",
                [
                    {key: row[key] for key in ("till", "document", "version")}
                    | {"now": self.now_ms()}
                    for row in rows
                ],
            )

    def send_again(self) -> None:
        """Plans that were sent, and that no till has told to live by: it may not have been there."""
        with self.store.transaction() as tx:
            tx.run(_NOT_LIVED_BY)

    def body(self, sha256: str) -> bytes | None:
        """A whole document by its hash, as tills fetch it."""
        row = self.store.one("SELECT body FROM content WHERE sha256 = :sha256", sha256=sha256)
        return row["body"].encode() if row else None

    @contextmanager
    def _alone(self) -> Iterator[Transaction]:
        """One maker of plans at a time, whatever the processes."""
        with self.store.transaction() as tx:
            if self.store.postgresql:
                tx.rows(_ONE_AT_A_TIME)
            yield tx

    def _plan(
        self,
        tx: Transaction,
        name: DocumentName,
        revision: int,
        issuer: str,
        only: Collection[str] = (),
    ) -> int:
        """Makes the plans that differ from what their tills were told; how many. only: tills that a
        change can concern at all; without them everybody."""
        if not revision:
            return 0
        now = self.now_ms()
        changes = changes_of(tx, name)
        folded = Folded(changes)
        told = {row["till"]: row for row in tx.rows(_TOLD, name=name.value)}
        lived = {row["till"]: row for row in tx.rows(_LIVED, name=name.value)}
        made = 0
        concerned = [it for it in tills_of(tx) if not only or it["uid"] in only]
        for layers, tills in _alike(concerned, changes):
            wanted = _steps(folded, layers, now, revision)
            if not wanted:
                continue
            for till in tills:
                row = told.get(till)
                if row is not None and _same(row["steps"], wanted, now):
                    continue
                self._tell(tx, name, till, wanted, lived.get(till), issuer)
                made += 1
            for content in wanted.values():
                _keep(tx, content, now)
        return made

    def _tell(
        self,
        tx: Transaction,
        name: DocumentName,
        till: str,
        wanted: Mapping[int, _Made],
        lives_by: Row | None,
        issuer: str,
    ) -> None:
        now = self.now_ms()
        steps = tuple(
            Step(it.version, it.sha256, it.size, f"/documents/{it.sha256}", effective)
            for effective, it in wanted.items()
        )
        plan = Plan(name, self._filled(tx, steps, wanted, lives_by), issuer)
        signer = self.signer()
        payload = envelope.sealed(plan.body({"till": till}), signer.key_id, signer.key)
        tx.run(
            "DELETE FROM plan WHERE till = :till AND document = :name", till=till, name=name.value
        )
        tx.run(
            "INSERT INTO plan (till, document, version, steps, payload, at_ms)"
            " VALUES (:till, :name, :version, :steps, :payload, :now)",
            till=till,
            name=name.value,
            version=plan.version,
            steps=json.dumps([[it.effective_ms, it.sha256, it.version] for it in steps]),
            payload=payload.decode(),
            now=now,
        )
        due = plan.due(now) or steps[0]
        tx.run(_DESIRE, till=till, name=name.value, version=due.version, sha256=due.sha256, now=now)

    def _filled(
        self,
        tx: Transaction,
        steps: tuple[Step, ...],
        wanted: Mapping[int, _Made],
        lives_by: Row | None,
    ) -> tuple[Step, ...]:
        """With the content of the first step, or what changed since the till's, as room allows."""
        first = steps[0]
        content = wanted[first.effective_ms].content
        if first.size <= wire.INLINE_MAX:
            return (replace(first, inline=content), *steps[1:])
        row = lives_by and tx.one(
            "SELECT body FROM content WHERE sha256 = :sha256", sha256=lives_by["reported_sha256"]
        )
        if not row or not lives_by:
            return steps
        patch = difference(json.loads(row["body"]), content)
        if len(codec.canonical(patch)) > wire.INLINE_MAX:
            return steps
        return (replace(first, patch=patch, base=lives_by["reported_version"]), *steps[1:])


def _only(scopes: Iterable[str]) -> frozenset[str]:
    """The tills of these scopes where they name nothing but tills."""
    kinds = [scope.partition(":") for scope in scopes]
    return (
        frozenset(uid for kind, _, uid in kinds)
        if all(it[0] == "till" for it in kinds)
        else frozenset()
    )


_LAST = 1 << 62
_PLANS = (
    "SELECT plan.till, plan.document, plan.version, plan.payload, till.tenant, till.shop"
    " FROM plan JOIN till ON till.uid = plan.till WHERE till.status = 'active'"
)
_TO_SEND = _PLANS + " AND plan.sent_ms IS NULL ORDER BY plan.at_ms LIMIT 1000"
_TO_ONE = _PLANS + " AND plan.till = :till"
_NOT_LIVED_BY = (
    "UPDATE plan SET sent_ms = NULL WHERE sent_ms IS NOT NULL AND NOT EXISTS (SELECT 1 FROM shadow s"
    " WHERE s.till = plan.till AND s.document = plan.document AND s.reported_version >= plan.version)"
)
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(741852964)"
_TOLD = "SELECT till, steps FROM plan WHERE document = :name"
_LIVED = (
    "SELECT till, reported_version, reported_sha256 FROM shadow"
    " WHERE document = :name AND reported_version > 0"
)
_DESIRE = (
    "INSERT INTO shadow (till, document, desired_version, desired_sha256, at_ms)"
    " VALUES (:till, :name, :version, :sha256, :now) ON CONFLICT (till, document) DO UPDATE"
    " SET desired_version = excluded.desired_version, desired_sha256 = excluded.desired_sha256"
)


@dataclass(frozen=True, slots=True)
class _Made:
    """One step's whole content, with the version it gets if the plan is told."""

    content: Content
    sha256: str
    size: int
    version: int


def _steps(folded: Folded, scopes: tuple[str, ...], now: int, revision: int) -> dict[int, _Made]:
    """By the time from which each holds, 0 for now; only where the content is another one."""
    changes = folded.of(scopes)
    if not changes:
        return {}
    later = sorted({it.effective_ms for it in changes if it.effective_ms > now})
    made: dict[int, _Made] = {}
    before = ""
    for effective in (0, *later[: wire.STEPS_MAX - 1]):
        content = folded.at(scopes, effective or now)
        data = codec.canonical(content)
        sha256 = wire.digest(content)
        if sha256 != before and (content or made):
            version = revision * STEPS_A_REVISION + len(made)
            made[effective] = _Made(content, sha256, len(data), version)
        before = sha256
    return made


def _same(told: str, wanted: Mapping[int, _Made], now: int) -> bool:
    """Whether a till was told just this: what has come in force since counts as holding now."""
    steps = [(effective, sha256) for effective, sha256, _ in json.loads(told)]
    past = [it for it in steps if it[0] <= now][-1:]
    normal = [(0, sha256) for _, sha256 in past] + [it for it in steps if it[0] > now]
    return normal == [(effective, it.sha256) for effective, it in wanted.items()]


def _keep(tx: Transaction, made: _Made, now: int) -> None:
    tx.run(
        "INSERT INTO content (sha256, body, at_ms) VALUES (:sha256, :body, :now)"
        " ON CONFLICT (sha256) DO NOTHING",
        sha256=made.sha256,
        body=codec.canonical(made.content).decode(),
        now=now,
    )


def _alike(
    tills: Sequence[Row], changes: Sequence[Change]
) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Tills together that the same scopes concern, with those scopes."""
    changed = {it.scope for it in changes}
    groups: dict[tuple[str, ...], list[str]] = {}
    for till in tills:
        scopes = tuple(scope for scope in scopes_of(till) if scope in changed)
        groups.setdefault(scopes, []).append(till["uid"])
    return [(scopes, tuple(uids)) for scopes, uids in groups.items()]


def _proper(scopes: Sequence[str], patch: Content) -> None:
    if not scopes:
        raise DocumentMistake("name at least one region, shop or till, or the whole fleet")
    for scope in scopes:
        kind, _, rest = scope.partition(":")
        if kind not in _KINDS or bool(kind) != bool(rest):
            raise DocumentMistake(f"{scope}: write region:.., shop:.. or till:..")
    if not patch:
        raise DocumentMistake("nothing changes")
    try:
        codec.canonical(patch)
        envelope.check(patch)
    except (Malformed, ValueError) as error:
        raise DocumentMistake(str(error)) from None
