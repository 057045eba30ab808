"""Files on the first partition of a card or an image, by mtools: nothing is mounted, root is not needed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from appliance.provision import partitions
from appliance.provision.image_file import ImageTrouble

TIMEOUT_S = 60.0


def put(target: Path, files: Mapping[str, bytes], gone: tuple[str, ...] = ()) -> None:
    """Each file read back. gone: names that shall not be there. Raises ImageTrouble."""
    if shutil.which("mcopy") is None:
        raise ImageTrouble("mtools is missing: sudo apt-get install mtools")
    place = _place(target)
    for name in (*files, *gone):
        _run(("mdel", "-i", place, f"::{name}"), may_fail=True)
    for name, content in files.items():
        _run(("mcopy", "-o", "-i", place, "-", f"::{name}"), content)
    for name, content in files.items():
        if _run(("mtype", "-i", place, f"::{name}")) != content:
            raise ImageTrouble(f"{name} on {target} reads differently: take another card.")


def read(target: Path, name: str) -> bytes:
    return _run(("mtype", "-i", _place(target), f"::{name}"))


def _place(target: Path) -> str:
    """As mtools names a file system inside a file: its offset after two @."""
    try:
        with target.open("rb") as file:

            def at(offset: int, length: int) -> bytes:
                return os.pread(file.fileno(), length, offset)

            return f"{target}@@{partitions.first(partitions.read(at)).start}"
    except partitions.NoPartitions as error:
        raise ImageTrouble(f"{target}: {error} Flash it first, or name an image: --image") from None


def _run(argv: tuple[str, ...], stdin: bytes = b"", *, may_fail: bool = False) -> bytes:
    done = subprocess.run(
        argv,
        input=stdin,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
        # Of a partition that is larger than its file system needs, mtools would say nothing good.
        env={**os.environ, "MTOOLS_SKIP_CHECK": "1", "MTOOLSRC": os.devnull},
    )
    if done.returncode and not may_fail:
        said = done.stderr.decode(errors="replace").strip()
        raise ImageTrouble(f"The first partition cannot be written: {said}")
    return done.stdout
