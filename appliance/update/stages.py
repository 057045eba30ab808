"""What becomes of an update: its stages as one table, and the words for why one stands still.

Two slots hold the system. The one that runs is never written to; what is new goes into the other,
is started once for a trial, proves itself, and only then becomes the one that always starts. Every
arrow but the last can be cut by the power: the till then starts the slot that it ran before.
Writing the other slot is downloading at the same time, since RAUC reads the bundle from the fleet's
server as it writes, and only the blocks that neither slot has.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Stage(StrEnum):
    """refused: the offer itself is wrong for this till. ready: whole in the other slot. trial: that
    slot was started once. healthy: it proved itself there. returned: the old slot runs again, and
    the new one gets another trial. given_up: it gets none."""

    IDLE = "idle"
    REFUSED = "refused"
    OFFERED = "offered"
    INSTALLING = "installing"
    READY = "ready"
    TRIAL = "trial"
    HEALTHY = "healthy"
    COMMITTED = "committed"
    RETURNED = "returned"
    GIVEN_UP = "given_up"


class Event(StrEnum):
    """offers: a release that this till may install. objects: one that it must not. breaks: what
    was written is not whole. proves: the health check passed. commits: the new slot is the one that
    always starts. comes_back: the old one runs, though the new one was started."""

    OFFERS = "offers"
    OBJECTS = "objects"
    WITHDRAWS = "withdraws"
    BEGINS = "begins"
    BREAKS = "breaks"
    WRITES = "writes"
    TRIES = "tries"
    PROVES = "proves"
    COMMITS = "commits"
    COMES_BACK = "comes_back"
    GIVES_UP = "gives_up"


_S, _E = Stage, Event
_ELSEWHERE = {_E.OFFERS: _S.OFFERED, _E.OBJECTS: _S.REFUSED, _E.WITHDRAWS: _S.IDLE}
"""While nothing of it runs, the fleet may think better of it at any time."""

NEXT: Mapping[Stage, Mapping[Event, Stage]] = MappingProxyType(
    {
        _S.IDLE: {_E.OFFERS: _S.OFFERED, _E.OBJECTS: _S.REFUSED},
        _S.REFUSED: _ELSEWHERE,
        _S.OFFERED: {_E.BEGINS: _S.INSTALLING, **_ELSEWHERE},
        _S.INSTALLING: {
            # Once more after the power went: RAUC finds most blocks in the slot already.
            _E.BEGINS: _S.INSTALLING,
            _E.WRITES: _S.READY,
            _E.BREAKS: _S.OFFERED,
            _E.GIVES_UP: _S.GIVEN_UP,
            **_ELSEWHERE,
        },
        _S.READY: {_E.TRIES: _S.TRIAL, _E.BREAKS: _S.OFFERED, **_ELSEWHERE},
        _S.TRIAL: {
            _E.PROVES: _S.HEALTHY,
            _E.COMMITS: _S.COMMITTED,
            _E.COMES_BACK: _S.RETURNED,
        },
        _S.HEALTHY: {_E.COMMITS: _S.COMMITTED, _E.COMES_BACK: _S.RETURNED},
        _S.RETURNED: {
            _E.TRIES: _S.TRIAL,
            _E.BREAKS: _S.OFFERED,
            _E.GIVES_UP: _S.GIVEN_UP,
            **_ELSEWHERE,
        },
        # Told until another is offered.
        _S.GIVEN_UP: {_E.OFFERS: _S.OFFERED, _E.OBJECTS: _S.REFUSED},
        _S.COMMITTED: {_E.OFFERS: _S.OFFERED, _E.OBJECTS: _S.REFUSED},
    }
)

ON_TRIAL = frozenset({Stage.TRIAL, Stage.HEALTHY})


class Why(StrEnum):
    """Why an update stands still or came back. A wrong offer has the code of its objection
    (`wire.release.Objection`).

    broken: RAUC could not write it, and says so. other_bundle: what was written is another version
    than was signed for. no_word: the new system ran, or never did, and said nothing: the power went,
    or it hung. unhealthy: its health check said no. not_ordered: what only root may do was not done."""

    NONE = ""
    FORGED = "forged"
    BROKEN = "broken"
    OTHER_BUNDLE = "other_bundle"
    NO_WORD = "no_word"
    UNHEALTHY = "unhealthy"
    NOT_ORDERED = "not_ordered"
