"""What the pages say exists: links and headings, files, commands, settings."""

import re
import shlex
import tomllib
from functools import cache
from pathlib import Path

import click
import pytest
import typer

from appliance.cli import main as cli
from appliance.config.read import parse
from appliance.drivers.registry import Services, create
from scripts.remedies_page import PAGE as TECHNICIAN
from scripts.remedies_page import with_table

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
)
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
MADE_BY_RUNS = ("out/", ".venv/", "bench/out")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def slug(heading: str) -> str:
    """A heading's anchor, as the common renderers make it."""
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


@each_page
def test_every_relative_link_leads_somewhere(page):
    dead = []
    for pair in LINK.findall(page.read_text(encoding="utf-8")):
        link = "".join(pair)
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert not dead


@each_page
def test_every_file_named_in_passing_is_there(page):
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", page.read_text(encoding="utf-8"))
    folders = (ROOT, ROOT / "appliance", page.parent)
    gone = [
        name
        for name in named
        if name.split("/")[0] in known_folders()
        and not name.startswith(MADE_BY_RUNS)
        and not any(is_there(folder, name) for folder in folders)
    ]
    assert not gone


def is_there(folder: Path, name: str) -> bool:
    """A file or folder, a module without its ending, or a function of a module."""
    head, _, last = name.rpartition("/")
    module = folder / head / last.split(".")[0]
    return (folder / name).exists() or module.with_suffix(".py").exists() or module.is_dir()


def known_folders() -> set[str]:
    """Folders of the project; other paths (a data folder, /dev) are somebody else's."""
    return {path.name for base in (ROOT, ROOT / "appliance") for path in base.iterdir()}


def shown(page: Path) -> list[list[str]]:
    """The commands on a page: after a $ in a console block, or in backticks."""
    text = page.read_text(encoding="utf-8")
    lines = [
        line[2:]
        for kind, block in BLOCK.findall(text)
        if kind == "console"
        for line in block.splitlines()
        if line.startswith("$ ")
    ]
    lines += re.findall(r"`((?:\.venv/bin/)?till [^`\n]*|make [^`\n]*)`", BLOCK.sub("", text))
    return [shlex.split(line.replace("...", ""), comments=True) for line in lines]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@cache
def till_command() -> click.Command:
    if not any(group.name == "journal" for group in cli.app.registered_groups):
        cli._mount()
    return typer.main.get_command(cli.app)


def wrong_with_till(words: list[str], command: click.Command) -> str | None:
    """The first word that the till does not know, walking down its sub-commands."""
    for word in words:
        subcommands = getattr(command, "commands", {})
        options = {
            name for param in command.params for name in (*param.opts, *param.secondary_opts)
        }
        usual = getattr(command, "usual", "")
        if usual and word.removeprefix("--") not in subcommands:
            command = subcommands[usual]
        elif usual:
            command = subcommands[word.removeprefix("--")]
        elif word.startswith("--"):
            if word.split("=")[0] not in options:
                return word
        elif subcommands:
            if word not in subcommands:
                return word
            command = subcommands[word]
    return None


@each_page
def test_every_command_shown_exists(page):
    wrong = []
    for words in shown(page):
        if words[0] == "make":
            targets = [word for word in words[1:] if "=" not in word]
            wrong += [words for target in targets[:1] if target not in make_targets()]
        elif words[0].endswith("till"):
            unknown = wrong_with_till(words[1:], till_command())
            wrong += [(words, unknown)] if unknown else []
    assert not wrong


def test_the_till_asks_to_be_started_with_two_commands_only():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = next(block for kind, block in BLOCK.findall(readme) if kind == "console")
    assert [line.split()[1:3] for line in first.splitlines()] == [["make", "run"], ["make", "test"]]


def test_the_technicians_settings_are_read_and_make_drivers():
    blocks = BLOCK.findall(TECHNICIAN.read_text(encoding="utf-8"))
    tables = [block for kind, block in blocks if kind == "toml" and "[[devices]]" in block]
    assert len(tables) >= 7
    for block in tables:
        settings = parse(block, "technician.md", ROOT)
        for table in settings.devices:
            create(table, Services(printer=lambda _name: object()))


def test_every_section_of_the_default_settings_has_a_line_for_the_technician():
    default = (ROOT / "config" / "default.toml").read_text(encoding="utf-8")
    sections = [*tomllib.loads(default), "taxes.CODE", "devices"]
    page = TECHNICIAN.read_text(encoding="utf-8")
    assert [name for name in sections if f"[{name}]" not in page] == []


def test_the_table_of_remedies_is_the_codes_own():
    text = TECHNICIAN.read_text(encoding="utf-8")
    assert with_table(text) == text, "run: .venv/bin/python -m scripts.remedies_page"


def shape(name: str) -> list[int]:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    return [len(re.findall(mark, text, re.MULTILINE)) for mark in (r"^## ", r"^\|", r"^!\[")]


@pytest.mark.parametrize("name", ["shopkeeper", "fleet/commands", "fleet/catalogue"])
def test_both_languages_of_a_page_have_the_same_parts(name):
    assert shape(f"{name}.md") == shape(f"{name}.uk.md")


def test_no_page_names_a_folder_of_somebodys_machine():
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert not re.findall(r"/(?:work|root|home/\w+)/\S*", pages)
