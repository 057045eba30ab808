"""A coverage-guided run over every codec, each for so many seconds: `make fuzz FUZZ_S=20`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

CODECS = [
    *("appliance.emv", "appliance.qr", "appliance.drivers.cards", "appliance.inspect"),
    *("appliance.core.card_numbers", "appliance.malformed", "appliance.wire"),
    *(f"appliance.payments.{it}" for it in ("zvt", "privat", "nexo", "caisse_ap", "ecr17")),
    "appliance.payments.stored_value.wire",
]
"""What is instrumented; the rest of the till would only slow it down."""


def run_one(name: str, arguments: list[str]) -> None:
    """Never returns: atheris ends the process."""
    import atheris

    with atheris.instrument_imports(include=CODECS):
        from tests.fuzz.targets import survives
    atheris.Setup([sys.argv[0], *arguments], lambda data: survives(name, bytes(data)))
    atheris.Fuzz()


def main() -> int:
    if len(sys.argv) > 2:
        run_one(sys.argv[1], sys.argv[2:])
    from tests.fuzz.targets import TARGETS
    from tests.fuzz.test_codecs import NOTES, SEEDS, TEXTS

    seconds = sys.argv[1] if len(sys.argv) == 2 else "20"
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        for at, seed in enumerate(SEEDS + TEXTS + NOTES):
            (Path(folder) / f"{at}").write_bytes(seed)
        for name in TARGETS:
            with tempfile.TemporaryDirectory() as found:
                limits = [f"-max_total_time={seconds}", "-rss_limit_mb=1024", "-timeout=5"]
                limits += [f"-artifact_prefix={Path.cwd()}/out/fuzz-{name}-", "-verbosity=0"]
                command = [sys.executable, "-m", "scripts.fuzz", name, *limits, found, folder]
                print(f"{name} for {seconds} s", flush=True)
                if subprocess.run(command, check=False).returncode:
                    failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "nothing found")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
