"""Damaged files and full disks, by the real command: one sentence that says what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TILL = str(Path(sys.executable).with_name("till"))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.toml").write_text(f'[till]\ndata_dir = "{tmp_path}"\n')
    (tmp_path / "goods.csv").write_text("sku,name,price\n1,Milk,46.90\n")
    return tmp_path


def said(shop: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [TILL, "--config", str(shop / "shop.toml"), *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize("content", [b"no database at all" * 500, b"SQLite format 3\0" * 2])
def test_a_damaged_catalogue_is_named_with_the_way_out(shop: Path, content: bytes) -> None:
    (shop / "catalogue.db").write_bytes(content)
    for words in (("catalogue", "import", str(shop / "goods.csv")), ("prices", "list")):
        code, text = said(shop, *words)
        assert code != 0
        assert text.startswith(f"{shop / 'catalogue.db'} is damaged. Move it away")
    code, text = said(shop, "run", "--no-screen")
    assert code == 1
    assert "import the goods anew" in text.splitlines()[-1]


def test_a_damaged_file_of_persons_is_named_with_the_way_out(shop: Path) -> None:
    (shop / "people.db").write_bytes(b"no database at all" * 500)
    for words in (("customer", "find", "a"), ("staff", "list"), ("run", "--no-screen")):
        code, text = said(shop, *words)
        assert code == 1
        assert "till restore" in text.splitlines()[-1]


def test_damaged_keys_stop_the_till_with_a_sentence(shop: Path) -> None:
    (shop / "code-keys.json").write_text("{")
    code, text = said(shop, "run", "--no-screen")
    assert code == 1
    assert "Do not delete it" in text.splitlines()[-1]


def test_a_page_damaged_further_in_is_told_too(shop: Path) -> None:
    rows = "".join(f"{n},Milk of the farm no. {n},46.90\n" for n in range(3000))
    (shop / "goods.csv").write_text("sku,name,price\n" + rows)
    assert said(shop, "catalogue", "import", str(shop / "goods.csv"))[0] == 0
    file = shop / "catalogue.db"
    head, size = file.read_bytes()[:4096], file.stat().st_size
    file.write_bytes(head + b"\xff" * (size - 4096))
    code, text = said(shop, "catalogue", "export", str(shop / "out.csv"))
    assert code != 0
    assert "damaged" in text


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_onto_a_full_disk_is_told_in_one_line(shop: Path, ending: str) -> None:
    assert said(shop, "catalogue", "import", str(shop / "goods.csv"))[0] == 0
    (shop / f"out.{ending}.part").symlink_to("/dev/full")
    code, text = said(shop, "catalogue", "export", str(shop / f"out.{ending}"))
    assert (code, text) == (2, "No space left on device")
    assert not (shop / f"out.{ending}").exists()
