"""The generated parts of the documentation: ``python docs/generate.py`` writes them, ``--check`` says which are stale.

A page keeps what is generated between two comments, so that it reads the same in an editor and in a browser:

* ``<!-- generated: NAME -->`` … ``<!-- end -->`` holds a part of the registry ``PARTS`` (tables, sections).
* ``<!-- output: COMMAND | FILTER -->`` … ``<!-- end -->`` holds what the command prints, run in a folder of the page's own
  that is empty at first, as the reader's is. ``output, exit 2:`` says that it must fail. Filters
  are in ``docs/parts/outputs.py``.
* ``<!-- runs -->`` before a fence of Python, ``<!-- shows -->`` … ``<!-- end -->`` after it: what the block prints, run after
  those above it on the page (the tests run the blocks of pages that show nothing).
* ``<!-- file: NAME -->`` before a fence writes the fence's text into that folder, for the commands further down.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).resolve().parent
if str(DOCS.parent) not in sys.path:
    sys.path.insert(0, str(DOCS.parent))

from docs.parts.commands import command_pages  # noqa: E402
from docs.parts.mechanisms import mechanism_pages  # noqa: E402
from docs.parts.notebook import Notebook  # noqa: E402
from docs.parts.outputs import Folder  # noqa: E402
from docs.parts.roles import role_sheets  # noqa: E402
from docs.parts.rooms import PICTURE, rooms_picture, rooms_table  # noqa: E402
from docs.parts.tables import documents, functions_of_names, functions_of_values, schema_pages, size_limits  # noqa: E402
from docs.parts.writing import command  # noqa: E402

PARTS: dict[str, Callable[[], str]] = {
    "commands": command_pages,
    "documents": documents,
    "functions of names": functions_of_names,
    "functions of values": functions_of_values,
    "mechanisms": mechanism_pages,
    "role sheets": role_sheets,
    "rooms": rooms_table,
    "scenario keys": schema_pages,
    "size limits": size_limits,
}
SCHEMA_FILE = DOCS.parent / "scenarios" / "wargame.schema.json"
SHOWS = "<!-- shows -->"
_MARK = re.compile(
    r"^<!-- (?P<kind>generated|output(?:, exit (?P<code>[0-9]+))?): (?P<what>.+?) -->\n(?:.*?)^<!-- end -->$"
    r"|^<!-- file: (?P<file>\S+) -->\n+```\w*\n(?P<text>.*?)^```$"
    r"|^<!-- runs -->\n```python\n(?P<python>.*?)^```$(?P<shows>\n+<!-- shows -->\n.*?^<!-- end -->$)?",
    re.MULTILINE | re.DOTALL,
)


def pages() -> list[Path]:
    """Return every page of the documentation, sorted."""
    return sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)


def rendered(page: Path) -> str:
    """Return the text a page should have: its own, with every generated part made anew. Raises ValueError for an unknown part."""
    text = page.read_text(encoding="utf-8")
    if SHOWS in text:
        with Notebook() as notebook:
            return _MARK.sub(lambda found: _shown(found, notebook), text)
    if "<!-- output" not in text:
        return _MARK.sub(lambda found: _part(found, None), text)
    with Folder() as folder:
        return _MARK.sub(lambda found: _part(found, folder), text)


def _shown(found: re.Match[str], notebook: Notebook) -> str:
    """Return a block of a page like a notebook, with what it prints where the page shows that."""
    if found["python"] is None:
        raise ValueError(f"a page that shows what its Python prints holds nothing else that is generated (got {found[0][:60]!r})")
    printed = notebook.printed(found["python"])
    block = f"<!-- runs -->\n```python\n{found['python']}```"
    return f"{block}\n\n{SHOWS}\n```text\n{printed}\n```\n<!-- end -->" if found["shows"] else block


def _part(found: re.Match[str], folder: Folder | None) -> str:
    if found["python"] is not None:
        return found[0]
    if found["file"]:
        if folder is not None:
            folder.write(found["file"], found["text"])
        return found[0]
    if found["kind"].startswith("output"):
        assert folder is not None
        body = f"```text\n{folder.output(found['what'], int(found['code'] or 0))}\n```"
    elif found["what"] in PARTS:
        body = PARTS[found["what"]]().strip("\n")
    else:
        raise ValueError(f"unknown part {found['what']!r}; known: {', '.join(PARTS)}")
    return f"<!-- {found['kind']}: {found['what']} -->\n\n{body}\n\n<!-- end -->"


def schema_text() -> str:
    """Return the text of the JSON Schema that the shipped scenario files name in their first line."""
    from wargame.scenario.load import json_schema

    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def wanted() -> dict[Path, str]:
    """Return every file that is generated, wholly or in part, with the text it should have."""
    return {page: rendered(page) for page in pages()} | {SCHEMA_FILE: schema_text(), PICTURE: rooms_picture()}


main = command(wanted, "Make the generated parts of the documentation anew.")

if __name__ == "__main__":
    main()
