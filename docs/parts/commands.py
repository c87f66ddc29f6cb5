"""The reference of the command line, from click itself."""

from __future__ import annotations

from collections.abc import Iterator

import click


def command_pages() -> str:
    """Return one section per command: what it does, its arguments, its options with defaults, an example."""
    from wargame.cli import main

    context = click.Context(main, info_name="wargame")
    parts = []
    for name in sorted(main.commands):
        parts.append("\n".join(_section(name, main.commands[name], context)))
    return "\n\n".join(parts)


def _section(name: str, command: click.Command, above: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=above)
    text, _, example = (command.help or "").partition("Example:")
    usage = " ".join([f"wargame {name}", *command.collect_usage_pieces(context)])
    yield f"## `wargame {name}`"
    yield ""
    yield " ".join(text.split())
    yield ""
    yield f"```text\n{usage}\n```"
    options = [one for one in command.params if isinstance(one, click.Option)]
    if options:
        yield ""
        yield "| option | means | default |"
        yield "|---|---|---|"
        yield from (_option(one, context) for one in options)
    if example.strip():
        yield ""
        yield f"```bash\n{' '.join(example.split())}\n```"


def _option(option: click.Option, context: click.Context) -> str:
    spelt = ", ".join(f"`{one}`" for one in (*option.opts, *option.secondary_opts))
    if not option.is_flag:
        spelt += f" `{option.make_metavar(context)}`"
    default = option.default
    given = f"`{default}`" if option.show_default else "none" if not option.is_flag else "off"
    if option.required:
        given = "must be given"
    says = " ".join((option.help or "").split()).replace("|", "\\|")
    return f"| {spelt} | {says} | {given} |"
