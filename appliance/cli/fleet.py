"""`till fleet`: the fleet's server, and what its keeper does there by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import where

if TYPE_CHECKING:
    from appliance.fleet.site import Site

BY_HAND, TERMINAL = "", "terminal"
"""Person and address in the audit: nobody logged in, it was typed on the server itself."""

fleet = typer.Typer(name="fleet", help="The server of a fleet of tills.", no_args_is_help=True)

Data = Annotated[
    Path, typer.Option(envvar="KRAM_FLEET", help="The folder of the fleet's keys and database.")
]
Database = Annotated[
    str,
    typer.Option(
        envvar="KRAM_FLEET_DATABASE",
        help="postgresql://... once SQLite in the folder is outgrown.",
    ),
]
Uid = Annotated[str, typer.Argument(help="The till, as `till fleet tills` names it.")]
Reason = Annotated[str, typer.Option(help="Why, for the audit.")]


def register(app: typer.Typer) -> None:
    from appliance.cli import fleet_release, fleet_store, fleet_users  # noqa: F401 - their commands are of these

    app.add_typer(fleet)


@fleet.command()
def serve(
    *,
    data: Data,
    database: Database = "",
    host: Annotated[
        str, typer.Option(help="The name that tills reach this machine by; its own without it.")
    ] = "",
    port: Annotated[int, typer.Option(help="Of the console and of enrolment, HTTPS.")] = 8443,
    address: Annotated[str, typer.Option(help="Listen here alone, such as 127.0.0.1.")] = "",
    broker: Annotated[
        str, typer.Option(help="mqtts://... of a broker that runs already; its own without it.")
    ] = "",
    broker_port: Annotated[int, typer.Option(help="Of its own broker, for tills.")] = 8883,
    service_port: Annotated[int, typer.Option(help="Of its own broker, for itself.")] = 8884,
    tenant: Annotated[str, typer.Option(help="The chain's name in topics.")] = "kram",
    keep_months: Annotated[
        int, typer.Option(min=0, help="Of facts, beside what was made of them; 0: for ever.")
    ] = 0,
    log_level: Annotated[str, typer.Option(envvar="KRAM_LOG", help="DEBUG to ERROR.")] = "INFO",
) -> None:
    """Collector, console, enrolment and broker, on one machine."""
    from appliance import logs
    from appliance.fleet.serve import run
    from appliance.fleet.site import Options
    from appliance.own_broker import BrokerError

    logs.configure(log_level.upper())
    listening = (address, host, port, broker, broker_port, service_port)
    options = Options(data, database, *listening, tenant, facts_months=keep_months)
    with _troubles():
        try:
            run(options, typer.echo)
        except BrokerError as error:
            where.fail(str(error), 1)


@fleet.command()
def pair(
    code: Annotated[str, typer.Argument(help="What the till shows: eight letters and digits.")],
    *,
    shop: Annotated[str, typer.Option(help="The shop that the till stands in.")],
    data: Data,
    database: Database = "",
) -> None:
    """Let in the till that shows this code."""
    from appliance.fleet.authority.enrolment import approve
    from appliance.wire.enrolment import Refused

    with opened(data, database) as site:
        found = approve(site.desk, code, shop, BY_HAND, TERMINAL)
    if isinstance(found, Refused):
        where.fail(found.say, 1)
    typer.echo(f"{found.name} of {found.shop} belongs to the fleet as {found.uid}.")


@fleet.command()
def tokens(
    *,
    shop: Annotated[str, typer.Option(help="The shop that the tills will stand in.")],
    count: Annotated[int, typer.Option(help="How many: one for each till.")] = 1,
    days: Annotated[int, typer.Option(help="How long they may be used.")] = 30,
    out: Annotated[
        Path | None,
        typer.Option(help="Write kram-enrol files here, one for each SD card, instead."),
    ] = None,
    data: Data,
    database: Database = "",
) -> None:
    """Tokens with which tills enrol by themselves, each once."""
    from appliance import whole_files
    from appliance.fleet.authority import enrolment
    from appliance.wire.enrolment import Refused

    with opened(data, database) as site:
        made = enrolment.tokens(site.desk, shop, count, days, BY_HAND, TERMINAL)
        url = site.public.url
    if isinstance(made, Refused):
        where.fail(made.say, 2)
    for number, token in enumerate(made, start=1):
        if out is None:
            typer.echo(f"till enrol --server {url} --token {token}")
        else:
            text = f'server = "{url}"\ntoken = "{token}"\n'
            path = out / f"kram-enrol-{shop}-{number:03}.toml"
            whole_files.write(path, text.encode(), whole_files.ONLY_OWNER)
            typer.echo(str(path))


@fleet.command()
def tills(*, data: Data, database: Database = "") -> None:
    """Who belongs to the fleet, and until when its certificate is good."""
    with opened(data, database) as site:
        rows = site.store.rows(
            "SELECT uid, shop, name, status, hw_serial, cert_until_ms FROM till ORDER BY shop, name"
        )
    for row in rows:
        until = datetime.fromtimestamp((row["cert_until_ms"] or 0) / 1000, UTC)
        typer.echo(
            f"{row['uid']}  {row['shop']:<16} {row['name']:<10} {row['status']:<8}"
            f" until {until:%Y-%m-%d}  {row['hw_serial']}"
        )
    if not rows:
        typer.echo("No till has enrolled yet.")


@fleet.command()
def deny(uid: Uid, *, reason: Reason = "", data: Data, database: Database = "") -> None:
    """Lock a till out, at once: stolen, lost, copied."""
    with opened(data, database) as site:
        _done(site.registry.deny(uid, BY_HAND, reason, TERMINAL), uid, "is locked out")


@fleet.command()
def allow(uid: Uid, *, data: Data, database: Database = "") -> None:
    """Let a till in again that was locked out."""
    with opened(data, database) as site:
        _done(site.registry.allow(uid, BY_HAND, address=TERMINAL), uid, "may come back")


@fleet.command()
def retire(uid: Uid, *, reason: Reason = "", data: Data, database: Database = "") -> None:
    """A till that is no more; what it sold stays."""
    with opened(data, database) as site:
        _done(site.registry.retire(uid, BY_HAND, reason, TERMINAL), uid, "is retired")


@fleet.command("accept-hardware")
def accept_hardware(uid: Uid, *, data: Data, database: Database = "") -> None:
    """The till's card stands in another machine, and that is meant."""
    with opened(data, database) as site:
        _done(
            site.registry.accept_hardware(uid, BY_HAND, address=TERMINAL),
            uid,
            "may be the machine that asks next",
        )


@fleet.command("rotate-key")
def rotate_key(*, data: Data, database: Database = "") -> None:
    """A new key to sign with; tills believe it because the old one signs it."""
    from appliance.fleet import audit
    from appliance.fleet.authority import signing
    from appliance.fleet.clock import now_ms

    with opened(data, database) as site:
        signer = signing.rotate(site.folder, now_ms())
        with site.store.transaction() as tx:
            audit.write(tx, now_ms(), BY_HAND, "key.rotate", signer.key_id, address=TERMINAL)
    typer.echo(f"The fleet signs with {signer.key_id}; keep {site.folder} in a backup.")


@fleet.command()
def cell(
    name: Annotated[str, typer.Argument(help="Such as 2.")],
    urls: Annotated[list[str], typer.Argument(help="mqtts://host:8883, the preferred one first.")],
    *,
    data: Data,
    database: Database = "",
) -> None:
    """Name the brokers of a cell; shops are moved there with `till fleet move`."""
    from dataclasses import replace

    from appliance.fleet import public

    for url in urls:
        if not url.startswith("mqtts://"):
            where.fail(f'A broker is like mqtts://host:8883, not "{url}".', 2)
    with opened(data, database) as site:
        told = site.public
        public.write(data, replace(told, cells={**told.cells, name: tuple(urls)}))
    typer.echo(f"Cell {name}: {', '.join(urls)}")


@fleet.command()
def move(
    shop: Annotated[str, typer.Argument(help="The shop whose tills move.")],
    to: Annotated[str, typer.Option(help="The cell.")],
    *,
    data: Data,
    database: Database = "",
) -> None:
    """Give a shop's tills the brokers of another cell."""
    with opened(data, database) as site:
        if to not in site.public.cells:
            where.fail(f"There is no cell {to}: till fleet cell {to} mqtts://...", 2)
        moved = site.registry.to_cell(shop, to, BY_HAND, TERMINAL)
    typer.echo(f"{moved} tills of {shop} go to cell {to}.")


@fleet.command("broker-config")
def broker_config(
    out: Annotated[Path, typer.Option(help="The folder for mosquitto's files.")],
    host: Annotated[list[str], typer.Option(help="A name of the broker, as tills call it.")],
    *,
    port: Annotated[int, typer.Option(help="For tills.")] = 8883,
    service_port: Annotated[int, typer.Option(help="For collectors and the console.")] = 8884,
    tills_max: Annotated[int, typer.Option(help="So many tills at once, 28 kB each.")] = 20_000,
    installed: Annotated[
        Path, typer.Option(help="Where the folder will be on the broker's machine.")
    ] = Path("/etc/mosquitto/kram"),
    data: Data,
    database: Database = "",
) -> None:
    """Write the configuration, access rules and certificates of a mosquitto on another machine."""
    from appliance.fleet import broker_config as config
    from appliance.fleet.clock import now

    listening = config.Listening(
        port, service_port, service_address="", tills_max=tills_max, user="mosquitto"
    )
    with opened(data, database) as site:
        crl = site.registry.crl(site.authority, now())
        config.write(out, site.authority, host, listening, crl, now(), installed)
    typer.echo(
        f"Copy {out} to {installed} of the broker's machine, owned by mosquitto; start it with"
    )
    typer.echo(f"mosquitto -c {installed / config.CONFIG}")


def _done(done: bool, uid: str, what: str) -> None:
    if not done:
        where.fail(f"No till is called {uid}: till fleet tills", 1)
    typer.echo(f"{uid} {what}.")


@fleet.command()
def integrator(
    out: Annotated[Path, typer.Option(help="The folder for the certificate and its key.")],
    *,
    data: Data,
    database: Database = "",
) -> None:
    """A certificate for a program of your own that listens to all tills and says nothing."""
    from appliance.fleet import audit
    from appliance.fleet.authority import services
    from appliance.fleet.clock import now, now_ms

    with opened(data, database) as site:
        services.identity(out, site.authority, services.INTEGRATOR, (), now())
        with site.store.transaction() as tx:
            audit.write(tx, now_ms(), BY_HAND, "integrator.make", str(out), address=TERMINAL)
    typer.echo(f"{out}: ca.crt, tls.crt and tls.key, good for two years.")


@contextmanager
def opened(data: Path, database: str) -> Iterator[Site]:
    from appliance.fleet.site import reopen

    with _troubles():
        site = reopen(data, database)
        try:
            yield site
        finally:
            site.store.close()


@contextmanager
def _troubles() -> Iterator[None]:
    from appliance.fleet.authority.ca import AuthorityError

    try:
        yield
    except FileNotFoundError as error:
        where.fail(
            f"{where.why(error)}. Was the fleet served from this folder? till fleet serve", 1
        )
    except (AuthorityError, ValueError) as error:
        where.fail(str(error), 1)
    except OSError as error:
        where.fail(f"It was not done: {where.why(error)}", 1)
