"""A transaction over contacts, from the first SELECT to the last cryptogram (Book 3, chapter 10).

The table says what follows what; each step is a function of its own module. Whoever runs it sends
the commands that come out and hands the answers back in:

    finished = run(transaction(terminal, purchase), transmit, authorise)
"""

from __future__ import annotations

from appliance.emv.engine.session import Session
from appliance.emv.engine.steps import Step, Table, Went, walk
from appliance.emv.engine.terms import Dialogue, Finished, Purchase, Terminal

NEXT: Table = {
    Step.SELECT: {Went.ON: Step.INITIATE},
    Step.INITIATE: {Went.ON: Step.READ, Went.REFUSED: Step.SELECT},
    Step.READ: {Went.ON: Step.AUTHENTICATE},
    Step.AUTHENTICATE: {Went.ON: Step.RESTRICT},
    Step.RESTRICT: {Went.ON: Step.VERIFY},
    Step.VERIFY: {Went.ON: Step.RISK},
    Step.RISK: {Went.ON: Step.FIRST_CRYPTOGRAM},
    Step.FIRST_CRYPTOGRAM: {
        Went.APPROVED: Step.END,
        Went.DECLINED: Step.END,
        Went.ASK: Step.GO_ONLINE,
    },
    Step.GO_ONLINE: {
        Went.ON: Step.AUTHENTICATE_ISSUER,
        Went.NO_ANSWER: Step.SECOND_CRYPTOGRAM,
    },
    Step.AUTHENTICATE_ISSUER: {Went.ON: Step.SCRIPTS_BEFORE},
    Step.SCRIPTS_BEFORE: {Went.ON: Step.SECOND_CRYPTOGRAM},
    Step.SECOND_CRYPTOGRAM: {
        Went.APPROVED: Step.SCRIPTS_AFTER,
        Went.DECLINED: Step.SCRIPTS_AFTER,
    },
    Step.SCRIPTS_AFTER: {Went.ON: Step.END},
}


def transaction(terminal: Terminal, purchase: Purchase) -> Dialogue[Finished]:
    session = Session(terminal, purchase)
    yield from walk(session, NEXT, Step.SELECT)
    return session.finished()
