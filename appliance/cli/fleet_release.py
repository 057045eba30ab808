"""`till fleet release`: keys of releases, made and vouched for where no server is, and releases published."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import where
from appliance.cli.fleet import BY_HAND, TERMINAL, Data, Database, Reason, fleet, opened

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from appliance.wire.release_keys import ReleaseKeys

KEYS_DAYS, RELEASE_DAYS = 730, 365
DAY_MS = 86_400_000

release = typer.Typer(
    name="release", help="New software for the tills: keys, bundles.", no_args_is_help=True
)
fleet.add_typer(release)

Root = Annotated[Path, typer.Option(help="The root's private key; it never lies on a server.")]
RootList = Annotated[
    Path, typer.Option("--list", help="The list of release keys; the present one is gone on from.")
]


@release.command("new-key")
def new_key(
    path: Annotated[Path, typer.Argument(help="The private key; its public half is PATH.pub.")],
    *,
    plain: Annotated[
        bool, typer.Option("--plain", help="Without a passphrase: for a machine that signs alone.")
    ] = False,
) -> None:
    """A root's or a release's key. The same command makes both; who vouches for whom tells them apart."""
    from appliance.fleet.updates import key_files
    from appliance.wire import release_keys

    passphrase = (
        "" if plain else typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
    )
    try:
        key = key_files.make(path, passphrase)
    except OSError as error:
        where.fail(f"{path} was not made: {where.why(error)}", 1)
    public = release_keys.public(key)
    typer.echo(f"{release_keys.id_of(public)}: {path}, and {path}.pub with the line")
    typer.echo(release_keys.written(public))


@release.command()
def certify(
    keys: Annotated[
        list[Path] | None, typer.Argument(help="Public halves, *.pub, of keys that may sign too.")
    ] = None,
    *,
    root: Root,
    list_: RootList,
    revoke: Annotated[
        list[str] | None, typer.Option(help="The id of a key whose releases nobody installs.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="How long the list counts.")] = KEYS_DAYS,
) -> None:
    """Sign the list of keys that may sign releases. Done where the root is: on no server."""
    from appliance.fleet.updates import key_files
    from appliance.fleet.updates.trust import UpdateMistake
    from appliance.wire import release_keys

    key = _key(root)
    try:
        held = key_files.list_of(list_, release_keys.public(key))
        told = key_files.next_list(held, keys or [], revoke or [], _now_ms(), days)
    except UpdateMistake as error:
        where.fail(str(error), 1)
    list_.write_text(release_keys.signed(told, key), encoding="utf-8")
    _show(told)
    typer.echo(f"Bring {list_} to the server: till fleet release trust {list_}")


@release.command()
def trust(
    list_: Annotated[Path, typer.Argument(metavar="LIST", help="The list that the root signed.")],
    *,
    roots: Annotated[
        Path | None, typer.Option(help="The roots' public halves, as they lie in the image.")
    ] = None,
    data: Data,
    database: Database = "",
) -> None:
    """Go by a newer list of release keys; every till is told, and refuses what was revoked."""
    if not list_.exists():
        where.fail(f"There is no {list_}. Make one: till fleet release certify", 1)
    if roots is not None and not roots.exists():
        where.fail(f"There is no {roots}. Name the file PATH.pub of till fleet release new-key", 1)
    with opened(data, database) as site:
        believes = site.rollouts.releases.trust
        if roots is not None:
            believes.pin(_text(roots), _text(list_))
        told = believes.take(BY_HAND, _text(list_), TERMINAL)
    _show(told)


@release.command()
def revoke(
    key: Annotated[str, typer.Argument(help="The id of the release key.")],
    *,
    root: Root,
    data: Data,
    database: Database = "",
) -> None:
    """Take a release key back at once: certify and trust in one, with the root plugged in here."""
    from appliance.fleet.updates import key_files
    from appliance.wire import release_keys

    private = _key(root)
    with opened(data, database) as site:
        believes = site.rollouts.releases.trust
        told = key_files.next_list(believes.keys(), [], [key], _now_ms(), KEYS_DAYS)
        believes.take(BY_HAND, release_keys.signed(told, private), TERMINAL)
    _show(told)


@release.command()
def sign(
    bundle: Annotated[Path, typer.Argument(help="FILE.raucb, signed by RAUC.")],
    *,
    key: Annotated[Path, typer.Option(help="The release's private key.")],
    min_version: Annotated[str, typer.Option(help="What must run before it.")] = "0.0",
    notes: Annotated[str, typer.Option(help="What is new, for people.")] = "",
    days: Annotated[int, typer.Option(min=1, help="Until when tills may begin.")] = RELEASE_DAYS,
    keyring: Annotated[
        Path | None, typer.Option(help="Certificates that must have signed the bundle, PEM.")
    ] = None,
) -> None:
    """Sign a release where it is built: FILE.raucb.release, to be published with the bundle."""
    from appliance.fleet.updates import bundle as bundles
    from appliance.fleet.updates import key_files
    from appliance.fleet.updates.trust import UpdateMistake

    try:
        found = bundles.read(bundle, keyring)
        text = key_files.sign(found, _key(key), min_version, notes, _now_ms(), days)
    except UpdateMistake as error:
        where.fail(str(error), 1)
    beside = key_files.beside(bundle)
    beside.write_text(text, encoding="utf-8")
    typer.echo(f"{beside}: {found.version} for {found.compatible}")


@release.command()
def publish(
    bundle: Annotated[Path, typer.Argument(help="FILE.raucb, with FILE.raucb.release or --key.")],
    *,
    key: Annotated[
        Path | None, typer.Option(help="The release's private key, to sign here and now.")
    ] = None,
    min_version: Annotated[str, typer.Option(help="With --key: what must run before it.")] = "0.0",
    notes: Annotated[str, typer.Option(help="With --key: what is new, for people.")] = "",
    days: Annotated[int, typer.Option(min=1, help="With --key: until when tills may begin.")] = (
        RELEASE_DAYS
    ),
    keyring: Annotated[
        Path | None, typer.Option(help="Certificates that must have signed the bundle, PEM.")
    ] = None,
    data: Data,
    database: Database = "",
) -> None:
    """Bring a release to the server. No till is given it before a rollout is started in the console."""
    from appliance.fleet.updates import bundle as bundles
    from appliance.fleet.updates import key_files

    with opened(data, database) as site:
        found = bundles.read(bundle, keyring)
        if key is not None:
            text = key_files.sign(found, _key(key), min_version, notes, _now_ms(), days)
        elif (beside := key_files.beside(bundle)).exists():
            text = beside.read_text(encoding="utf-8")
        else:
            where.fail(f"{bundle.name} is not signed: --key, or {beside.name} beside it.", 2)
        told = site.rollouts.releases.publish(BY_HAND, found, text, TERMINAL)
        url = site.public.url
    typer.echo(f"{told.version} for {told.compatible}, {told.size / 1e6:.0f} MB, key {told.key}")
    typer.echo(f"Start its rollout: {url}/updates")


@release.command("list")
def list_releases(*, data: Data, database: Database = "") -> None:
    """What was published, the newest first."""
    with opened(data, database) as site:
        releases = site.rollouts.releases
        rows = releases.all()
        good = [releases.is_good(row) for row in rows]
    for row, may in zip(rows, good, strict=True):
        word = "withdrawn" if row["withdrawn_ms"] else "" if may else "not given out any more"
        absent = "" if row["here"] else "its bundle is not on this server"
        said = ", ".join(filter(None, (word, absent)))
        typer.echo(
            f"{row['version']:<12} {row['compatible']:<18} {_day(row['published_ms'])}  {said}"
        )
    if not rows:
        typer.echo("Nothing was published yet: till fleet release publish FILE.raucb")


@release.command()
def withdraw(
    version: Annotated[str, typer.Argument(help="As `till fleet release list` has it.")],
    *,
    reason: Reason = "",
    data: Data,
    database: Database = "",
) -> None:
    """Give it to nobody any more, and end its rollouts. Tills that run it go on with it."""
    with opened(data, database) as site:
        row = site.rollouts.releases.find(version)
        if row is None:
            where.fail(f"No release is called {version}: till fleet release list", 1)
        site.rollouts.withdraw(BY_HAND, row["sha256"], reason, TERMINAL)
    typer.echo(f"{row['version']} is withdrawn.")


def _key(path: Path) -> Ed25519PrivateKey:
    from appliance.fleet.updates import key_files
    from appliance.fleet.updates.trust import UpdateMistake

    try:
        return key_files.load(path, lambda: typer.prompt(f"Passphrase of {path}", hide_input=True))
    except FileNotFoundError:
        where.fail(f"There is no {path}. Make a key: till fleet release new-key", 1)
    except (OSError, UpdateMistake) as error:
        where.fail(where.why(error), 1)


def _text(path: Path) -> str:
    """Of whatever somebody names; who reads it tells what it is not."""
    return path.read_text(encoding="utf-8", errors="replace")


def _show(told: ReleaseKeys) -> None:
    typer.echo(f"List {told.serial}, until {_day(told.expires_ms)}")
    for id_ in told.keys:
        typer.echo(f"  {id_}{'  revoked' if id_ in told.revoked else ''}")
    for id_ in told.revoked:
        if id_ not in told.keys:
            typer.echo(f"  {id_}  revoked")


def _day(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d}"


def _now_ms() -> int:
    from appliance.fleet.clock import now_ms

    return now_ms()
