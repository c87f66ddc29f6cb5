"""What the programs that write generated pages have in common: what is stale, and a command that writes it or says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]


def stale(wanted: Mapping[Path, str]) -> dict[Path, str]:
    """Return the files that are not as they should be, with the text they should have."""
    return {path: text for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text}


def command(wanted: Callable[[], Mapping[Path, str]], says: str) -> click.Command:
    """Return the command that writes stale files; with ``--check`` it writes nothing and exits with 1 if there are any."""

    def main(check: bool) -> None:
        found = stale(wanted())
        for path, text in found.items():
            click.echo(f"{'stale' if check else 'written'}: {path.relative_to(ROOT)}")
            if not check:
                path.write_text(text, encoding="utf-8")
        if check and found:
            raise SystemExit(1)

    option = click.Option(["--check"], is_flag=True, help="Write nothing; exit with 1 if anything is stale.")
    return click.Command("main", callback=main, params=[option], help=says)
