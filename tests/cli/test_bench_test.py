"""`till provision --test` in a terminal, and the check of what it leaves."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from fleet.members import Fleet

from appliance.core.verdict import Verdict
from appliance.fleet import public
from appliance.fleet.store import migrate, open_store
from appliance.telemetry import membership
from appliance.wire.bench_result import Result, fingerprint, opened, signed

TILL = str(Path(sys.executable).with_name("till"))
KEY = ec.generate_private_key(ec.SECP256R1())
GOOD = Result(
    *("fleet-till-7", "10000000c0ffee00", "2026-11-29T13:45", "0.9.0"),
    {"drawer": Verdict.PASSED, "scale": Verdict.ABSENT, "nfc": Verdict.SKIPPED},
)


def till(*arguments: str, given: str = "", config: Path | None = None) -> tuple[int, str]:
    before = ["--config", str(config)] if config else []
    ran = subprocess.run(
        [TILL, *before, *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


def shop(folder: Path) -> Path:
    path = folder / "shop.toml"
    path.write_text('[shop]\nname = "S"\nlanguage = "en"\n[till]\ndata_dir = "data"\n')
    return path


def test_a_person_answers_in_the_terminal_and_the_result_can_be_checked(tmp_path: Path) -> None:
    config = shop(tmp_path)
    process = subprocess.Popen(
        [TILL, "--config", str(config), "provision", "--test"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(line.rstrip())
        if "[y yes" in line:
            process.stdin.write("y\n")
            process.stdin.flush()
        if line.startswith("KRAM1"):
            break
    process.stdin.close()
    process.wait(20)
    text = "\n".join(told)
    assert "· Cash drawer" in text
    assert "Is it 20" in text
    result, _ = opened(told[-1])
    assert result.till == "till-1"
    assert result.steps["touch"] is Verdict.ABSENT
    code, checked = till("provision", "--check-result", "-", given=told[-1])
    assert code == (0 if result.passed else 1)
    assert "till-1" in checked


def test_a_test_that_nobody_answers_ends_and_leaves_nothing(tmp_path: Path) -> None:
    code, told = till("provision", "--test", config=shop(tmp_path))
    assert code == 1
    assert "nothing was written down" in told
    assert not (tmp_path / "data" / "bench-test.json").exists()


def test_a_result_tells_what_it_found_and_whose_key_signed_it() -> None:
    ended, told = till("provision", "--check-result", signed(GOOD, KEY))
    assert ended == 0, told
    assert "fleet-till-7" in told
    assert "✓ drawer" in told
    assert fingerprint(KEY.public_key()) in told


def test_the_fleet_tells_the_till_s_own_key_from_another(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(store)
    fleet = Fleet(tmp_path, store)
    granted, applicant = fleet.enrolled()
    public.write(tmp_path, fleet.public)
    store.close()
    own = membership.read(applicant.folder).key
    result = replace(GOOD, till=granted.uid)
    given = ("provision", "--check-result", "--fleet", str(tmp_path))
    ended, told = till(*given, signed(result, own))
    assert ended == 0, told
    assert "the key that the fleet knows it by" in told
    ended, told = till(*given, signed(result, KEY))
    assert ended == 1
    assert f"Not signed by {granted.uid}" in told
    ended, told = till(*given, signed(replace(result, till="another"), own))
    assert ended == 1
    assert "knows no till another" in told


def test_a_changed_result_is_none() -> None:
    code = signed(GOOD, KEY)
    other = signed(GOOD, ec.generate_private_key(ec.SECP256R1()))
    ended, told = till("provision", "--check-result", code[:-100] + other[-100:])
    assert ended == 1
    assert "Scan it again." in told or "somebody changed the result" in told
