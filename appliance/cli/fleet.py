"""`till fleet`: the fleet's server, and what its keeper does there by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import where

fleet = typer.Typer(name="fleet", help="The server of a fleet of tills.", no_args_is_help=True)

Data = Annotated[
    Path, typer.Option(envvar="KRAM_FLEET", help="The folder of the fleet's keys and database.")
]


def register(app: typer.Typer) -> None:
    app.add_typer(fleet)


@fleet.command()
def serve(
    *,
    data: Data,
    database: Annotated[
        str, typer.Option(help="postgresql://... once SQLite in the folder is outgrown.")
    ] = "",
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
    log_level: Annotated[str, typer.Option(envvar="KRAM_LOG", help="DEBUG to ERROR.")] = "INFO",
) -> None:
    """Collector, console, enrolment and broker, on one machine."""
    from appliance import logs
    from appliance.fleet.authority.ca import AuthorityError
    from appliance.fleet.own_broker import BrokerError
    from appliance.fleet.serve import run
    from appliance.fleet.site import Options

    logs.configure(log_level.upper())
    options = Options(
        data, database, address, host, port, broker, broker_port, service_port, tenant
    )
    try:
        run(options)
    except (AuthorityError, BrokerError) as error:
        where.fail(str(error), 1)
    except OSError as error:
        where.fail(f"The fleet cannot be served: {where.why(error)}", 1)
