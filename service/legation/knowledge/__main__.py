"""`python -m legation.knowledge`: list and verify the data files; `--write-manifest` accepts them as they are."""

from __future__ import annotations

from pathlib import Path

import click

from legation.knowledge.frames import triggers
from legation.knowledge.loader import read
from legation.knowledge.manifest import rewrite, verify
from legation.knowledge.tables import KnowledgeError
from legation.knowledge.words import word_lists

DATA = Path(__file__).parent / "data"


@click.command()
@click.option("--write-manifest", is_flag=True, help="Accept the files as they are: write their hashes and row counts.")
def main(write_manifest: bool) -> None:
    """List the data files of the package, after checking them against the manifest and reading their rows.

    Words that only one stage knows are read where it starts: `legation check`.
    """
    try:
        if write_manifest:
            rewrite(DATA)
        files = verify(DATA)
        version = read(DATA).version
        triggers()
        word_lists()
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from None
    for file in files:
        click.echo(f"{file.name:<18} v{file.version}  {file.rows:>5} rows  {file.sha256[:12]}  {file.licence}")
    click.echo(f"version {version}")


if __name__ == "__main__":
    main()
