"""Sphinx configuration: MyST pages, the furo theme, nothing fetched from the network.

Build with ``python -m sphinx -W -b html docs docs/_build/html``.
"""

from importlib import metadata

project = "wargame"
author = "the authors of wargame"
version = release = metadata.version("wargame")

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "parts"]
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_title = f"wargame {release}"
html_copy_source = False
html_show_sphinx = False
