"""Runs programs in a root that is not this machine's: the image's own, under QEMU's emulation."""

from __future__ import annotations

from pathlib import Path

from image.tools import Stopped, run

_BINFMT = Path("/proc/sys/fs/binfmt_misc")
_CONFIG = Path("/usr/lib/binfmt.d/qemu-aarch64.conf")
# In namespaces of its own: no network, so nothing can be fetched that the lock does not name; mounts
# and processes end with it.
_ENTER = (
    'root=$0; mount --rbind /dev "$root/dev"; mount -t proc proc "$root/proc";'
    ' if [ -n "$GUEST_MNT" ]; then mount --bind "$GUEST_MNT" "$root/mnt"; fi; exec chroot "$root" "$@"'
)


def see_that_emulation_is_on() -> None:
    """Tells the kernel to start arm64 programs by QEMU; it stays told until this machine restarts."""
    if not (_BINFMT / "register").exists():
        run("mount", "-t", "binfmt_misc", "none", _BINFMT)
    if (_BINFMT / "qemu-aarch64").exists():
        return
    if not _CONFIG.exists():
        raise Stopped(f"{_CONFIG} is missing; the Debian package is: qemu-user-static")
    (_BINFMT / "register").write_text(_CONFIG.read_text().strip())


def inside(
    root: Path, *command: str, env: dict[str, str] | None = None, mnt: Path | None = None
) -> str:
    """What the command printed. mnt: a folder of this machine that it sees as /mnt."""
    words = ("unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "sh", "-ec", _ENTER)
    clean = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "LC_ALL": "C.UTF-8",
        "HOME": "/root",
        "TMPDIR": "/tmp",  # noqa: S108  the image's own
        "DEBIAN_FRONTEND": "noninteractive",
        "DEBCONF_NONINTERACTIVE_SEEN": "true",
        "GUEST_MNT": str(mnt or ""),
        **(env or {}),
    }
    return run(*words, root, *command, env=clean)
