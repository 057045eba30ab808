"""`till fleet user`: who may log in to the console, from the server itself."""

from __future__ import annotations

from typing import Annotated

import typer

from appliance.cli import where
from appliance.cli.fleet import TERMINAL, Data, Database, fleet, opened


@fleet.command()
def user(
    login: Annotated[str, typer.Argument(help="Small letters and digits, such as olena.")],
    *,
    name: Annotated[str, typer.Option(help="As people call them; their login without it.")] = "",
    role: Annotated[
        str, typer.Option(help="viewer, operator, manager or administrator.")
    ] = "administrator",
    scope: Annotated[
        list[str] | None, typer.Option(help="shop:NAME or region:NAME; all shops without it.")
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="A new password for one who lost theirs, or a phone.")
    ] = False,
    email: Annotated[
        str | None, typer.Option(help="Where alerts go; of one who is there it changes only this.")
    ] = None,
    data: Data,
    database: Database = "",
) -> None:
    """Someone for the console. The password is told this once, and changed at the first login."""
    from appliance.fleet import audit
    from appliance.fleet.clock import now_ms
    from appliance.fleet.console.access.people import People, PersonMistake
    from appliance.fleet.console.access.roles import EVERYTHING, Role, Scope

    if role not in list(Role):
        where.fail(f'A role is one of {", ".join(Role)}, not "{role}".', 2)
    over = Scope.parse("\n".join(scope or [EVERYTHING]))
    if not over.everything and len(over.parts) != len(scope or []):
        where.fail("A scope is shop:NAME or region:NAME.", 2)
    with opened(data, database) as site:
        people = People(site.store, site.console_key)
        try:
            if email is not None and not reset and people.get(login) is not None:
                people.tell_by_mail(login, email)
                with site.store.transaction() as tx:
                    audit.write(tx, now_ms(), "", "person.email", login, "", TERMINAL)
                typer.echo(f"Alerts for {login} go to {email or 'nobody'}.")
                return
            if reset:
                if people.get(login) is None:
                    where.fail(f"Nobody logs in as {login}.", 1)
                password = people.reset_password(login)
                people.drop_second_factor(login)
            else:
                password = people.add(login, name or login, Role(role), over, now_ms())
                people.tell_by_mail(login, email or "")
        except PersonMistake as error:
            where.fail(str(error), 2)
        with site.store.transaction() as tx:
            act, detail = ("person.reset", "") if reset else ("person.add", role)
            audit.write(tx, now_ms(), "", act, login, detail, TERMINAL)
    typer.echo(f"Login: {login}\nPassword, told this once: {password}")
