"""`advisor apply`: options in, exit status out; no logic."""

from __future__ import annotations

from pathlib import Path

import click

from ..inputs.click_options import GroupedCommand, options_for


@click.command(cls=GroupedCommand)
@options_for("apply")
@click.argument("program_json", metavar="PROGRAM.json", type=click.Path(path_type=Path))
@click.argument("ids", metavar="[ID ...]", nargs=-1)
def apply(program_json: Path, ids: tuple[str, ...], writes: bool, undoes: bool, verifies: bool) -> None:
    """Print the edit that makes the program faster, as a unified diff; without ID, of all sites together.

    With --verify nothing is written where the edited program prints, returns or writes something else, or is no
    faster.
    """
    from ..inputs import saved_program
    from ..program import applying, verification
    from ..program.patching import unified_diff

    if undoes and (writes or verifies or ids):
        raise click.UsageError("--undo takes back all that was written, and goes with nothing else.")
    report = saved_program.read(program_json)
    place = applying.Place(report=program_json, folder=Path(report.program.folder))
    if undoes:
        for path in applying.undo(place):
            click.echo(f"{path}: as it was", err=True)
        return
    patches = applying.patches_of(report, ids, place)
    if not patches:
        nothing = not ids and not report.best.sites
        click.echo("Nothing in this report is worth an edit." if nothing else "The edit is made already.", err=True)
        return
    click.echo(unified_diff(patches).encode("utf-8", "surrogateescape"), nl=False)
    if verifies:
        click.echo(verification.verified(report, patches), err=True)
    if writes:
        applying.write(patches, place)
        for each in patches:
            click.echo(f"{each.path}: edited; advisor apply --undo {program_json} takes it back", err=True)
