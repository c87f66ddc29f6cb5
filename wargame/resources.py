"""Where the shipped content lies: scenarios, their library, the evidence and the map.

An installed package carries it inside itself; a source checkout has it in ``scenarios/`` beside the package.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from wargame.errors import WargameError

_PACKAGE = Path(__file__).parent


@lru_cache(maxsize=1)
def data_root() -> Path:
    """Return the folder with the shipped content.

    It is ``_data`` of the installed package, else ``scenarios`` of the checkout.
    Raises :class:`WargameError` when neither exists (a broken installation).
    """
    installed, checkout = _PACKAGE / "_data", _PACKAGE.parent / "scenarios"
    for folder in (installed, checkout):
        if folder.is_dir():
            return folder
    raise WargameError(f"the shipped scenarios are missing: neither {installed} nor {checkout} exists; reinstall wargame")


def data_file(*parts: str) -> Path:
    """Return the path of a shipped file, ``data_file("map", "eastern_europe.geojson")`` say.

    Raises :class:`WargameError` when there is no such file.
    """
    path = data_root().joinpath(*parts)
    if not path.is_file():
        raise WargameError(f"{path}: this shipped file is missing; reinstall wargame")
    return path
