"""A till that was given a token joins its fleet by itself, as soon as there is a network.

`join.json` in the till's fleet folder holds the server and the token until it is used; who sets a
till up writes it. The till sells meanwhile. A token that the fleet will never take is removed, a
refusal that the fleet's keeper can settle is asked about again.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

from appliance.malformed import Malformed
from appliance.telemetry import enrolment, membership
from appliance.telemetry.enrolment import Applicant, NoFleet
from appliance.telemetry.membership import NotAMember, Section
from appliance.wire.enrolment import Refused, Token, read_token

log = logging.getLogger(__name__)

FILE = "join.json"
FIRST_S, LATER_S = 15.0, 600.0
"""A network that comes up late is found soon; a fleet that is away is not asked by all at once."""
WORTHLESS = {"no_token", "token_used", "token_old"}
CLOSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Invitation:
    server: str
    token: Token


def written(server: str, token: str) -> bytes:
    return json.dumps({"server": server, "token": token}).encode()


def read(folder: Path) -> Invitation | None:
    """folder: data_dir/fleet. What cannot be read is none."""
    try:
        said = json.loads((folder / FILE).read_bytes())
        return Invitation(said["server"], read_token(said["token"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, Malformed):
        # Without the error's own words, which may quote a token.
        log.warning("%s holds no server and token", folder / FILE)
        return None


class Joining:
    """On a thread of its own, until it is let in. joined: told what the settings shall say of the
    fleet, and sees to it. said: told why not, "" once it is let in."""

    def __init__(
        self,
        applicant: Applicant,
        joined: Callable[[Section], None],
        said: Callable[[str], None],
        *,
        first_s: float = FIRST_S,
        later_s: float = LATER_S,
    ) -> None:
        self._applicant = applicant
        self._joined = joined
        self._said = said
        self._first_s, self._later_s = first_s, later_s
        self._told = ""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-joining", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        wait_s = self._first_s
        while not self._closing.is_set():
            if not self.turn():
                return
            self._closing.wait(SystemRandom().uniform(wait_s / 2, wait_s))
            wait_s = min(2 * wait_s, self._later_s)

    def turn(self) -> bool:
        """Asks once; whether it should ask again."""
        folder = self._applicant.folder
        path = folder / FILE
        invitation = read(folder)
        if invitation is None:
            return False
        try:
            # The power may have gone between the fleet's yes and the settings that say so.
            section = membership.section(folder)
            if section is None:
                answer = enrolment.with_token(self._applicant, invitation.server, invitation.token)
                if isinstance(answer, Refused):
                    return self._refused(answer, path)
                section = membership.section_of(answer)
            self._joined(section)
        except (NoFleet, NotAMember) as error:
            self._tell(str(error))
            return True
        except OSError:
            log.exception("the till's papers cannot be kept")
            return True
        path.unlink(missing_ok=True)
        self._tell("")
        return False

    def _refused(self, answer: Refused, path: Path) -> bool:
        self._tell(answer.say)
        if answer.reason in WORTHLESS:
            path.unlink(missing_ok=True)
            return False
        return True

    def _tell(self, words: str) -> None:
        """Once: it is asked for ever, and the sentence stays the same."""
        if words != self._told:
            self._told = words
            log.info("joining the fleet: %s", words or "done")
            self._said(words)
