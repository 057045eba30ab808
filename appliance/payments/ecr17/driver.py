"""A card terminal that speaks ECR17, as Nexi's in Italy do, over TCP.

The protocol cannot cancel: that is done on the terminal. It takes back the last payment alone, and
counts no batch. The terminal is asked for its last result before a payment leaves, so that a lost
answer is found again by the STAN that came after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.core.facts import TenderOutcome, TenderType
from appliance.malformed import Malformed
from appliance.payments.dialogue import Answer, Dialogue, Errand
from appliance.payments.ecr17 import answers, outcome, requests
from appliance.payments.ecr17.answers import Result
from appliance.payments.ecr17.frames import MODES
from appliance.payments.ecr17.outcome import Memo
from appliance.payments.ecr17.session import ACK_S, ANSWER_S, Abandoned, Session, is_result
from appliance.payments.line import line_to
from appliance.payments.options import Options
from appliance.payments.port import PaymentPort
from appliance.payments.terminal import TerminalPort

TCP_PORT = 10000
"""As public programs have it; the terminal's menu says which it really is."""

LAST_ALONE = "the terminal takes back its last payment alone, and the whole of it"
CANCEL_THERE = "Press the red key of the terminal"


def local_now() -> datetime:
    """As the host's times are: without a time zone."""
    return datetime.now().astimezone().replace(tzinfo=None)


@dataclass
class Ecr17Dialogue(Dialogue):
    """terminal_id, till_id: eight digits each. clock_tolerance_s: how far the clocks may differ."""

    session: Session
    terminal_id: str
    till_id: str
    clock_tolerance_s: float = 300.0
    now: Callable[[], datetime] = local_now

    def connect(self) -> None:
        self.session.open()
        self.session.exchange(requests.status(self.terminal_id), _is_status)

    def disconnect(self) -> None:
        self.session.line.close()

    def pay(self, errand: Errand) -> Answer:
        payment = requests.payment(self.terminal_id, self.till_id, errand.intent.amount_minor)
        return self._money(errand, payment)

    def refund(self, errand: Errand) -> Answer:
        stan, paid_minor = outcome.referred(errand.intent.original)
        if paid_minor != -errand.intent.amount_minor:
            return Answer(TenderOutcome.DECLINED, detail=LAST_ALONE)
        reversal = requests.reversal(self.terminal_id, self.till_id, stan)
        return self._money(errand, reversal)

    def inquire(self, errand: Errand) -> Answer:
        memo = Memo.of(errand.memo)
        passed_s = (self.now() - memo.sent).total_seconds()
        return outcome.told_of(
            self._last_result(),
            memo,
            errand.intent.amount_minor,
            given_up=passed_s > self.session.answer_s,
            clock_tolerance=timedelta(seconds=self.clock_tolerance_s),
        )

    def _last_result(self) -> Result:
        question = requests.last_result(self.terminal_id, self.till_id)
        return answers.result(self.session.exchange(question, is_result))

    def _money(self, errand: Errand, command: str) -> Answer:
        before = self._last_result().stan
        told_to_cancel = False

        def is_new_result(payload: str) -> bool:
            """The last result again is the late answer to a question, not to this command."""
            return is_result(payload) and answers.result(payload).stan != before

        def waiting() -> None:
            nonlocal told_to_cancel
            if errand.closing:
                raise Abandoned
            if errand.cancel_wanted and not told_to_cancel:
                told_to_cancel = True
                errand.say(CANCEL_THERE)

        errand.leave(**Memo(before, self.now()).words())
        try:
            payload = self.session.exchange(
                command, is_new_result, progress=errand.say, waiting=waiting
            )
        except Abandoned:
            return Answer(TenderOutcome.UNKNOWN, detail="not waited for")
        return outcome.answer(answers.result(payload), errand.intent.amount_minor)


def _is_status(payload: str) -> bool:
    return answers.kind(payload) == answers.STATUS


def create(name: str, kind: TenderType, table: Mapping[str, object]) -> PaymentPort:
    options = Options(name, table)
    host = options.text("host")
    tcp_port = options.whole("tcp_port", TCP_PORT)
    mode = options.text("lrc", "std")
    terminal_id, till_id = options.text("terminal_id"), options.text("till_id", "00000001")
    ack_s = options.seconds("ack_s", ACK_S)
    answer_s = options.seconds("answer_s", ANSWER_S)
    tolerance_s = options.seconds("clock_tolerance_s", 300.0)
    options.done()
    if mode not in MODES:
        raise options.wrong(f"lrc is one of {', '.join(MODES)}")
    try:
        requests.id_of(terminal_id)
        requests.id_of(till_id)
    except Malformed as error:
        raise options.wrong(f"terminal_id and till_id: {error}") from error
    session = Session(line_to(f"socket://{host}:{tcp_port}"), mode, ack_s, answer_s)
    return TerminalPort(name, kind, Ecr17Dialogue(session, terminal_id, till_id, tolerance_s))
