"""`till fleet backup`, `restore` and `rebuild`: the fleet's database, from the server itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import where
from appliance.cli.fleet import Data, Database, fleet, opened

File = Annotated[Path, typer.Argument(help="The copy.")]


@fleet.command()
def backup(target: File, *, data: Data, database: Database = "") -> None:
    """Copies the database to a file, while the fleet works. The folder of keys is copied apart."""
    from appliance.fleet.store.backup import BackupFailed
    from appliance.fleet.store.backup import backup as copy

    with opened(data, database) as site:
        try:
            copy(site.store, target)
        except BackupFailed as error:
            where.fail(str(error), 1)
    typer.echo(f"{target}: {target.stat().st_size:,} bytes. Keep {data} in a backup too.")


@fleet.command()
def restore(source: File, *, data: Data, database: Database = "") -> None:
    """Makes the database what the copy holds; stop the server first. Tills send again what is newer."""
    from appliance.fleet.store.backup import BackupFailed
    from appliance.fleet.store.backup import restore as bring_back

    with opened(data, database) as site:
        try:
            bring_back(site.store, source)
        except BackupFailed as error:
            where.fail(str(error), 1)
    typer.echo(f"The database is as in {source}. Tills send what is newer when they connect.")


@fleet.command()
def rebuild(*, data: Data, database: Database = "") -> None:
    """Makes sales, stock and shifts again from the facts, as after an upgrade that knows more of them."""
    from appliance.fleet.store.rebuild import rebuild as make_again

    with opened(data, database) as site:
        done = make_again(site.store, typer.echo)
    typer.echo(f"{done} shops")
