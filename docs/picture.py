"""Draws the picture of the README from one history: ``python docs/picture.py`` writes ``docs/images/zapad_2021.png``.

The picture is made of figures of the report, so that it shows what a reader will get. It is drawn by a browser, which has
better letters: Debian's ``chromium`` must be installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import wargame as wg

TARGET = Path(__file__).parent / "images" / "zapad_2021.png"
PANELS = ("theatre_peak",)
WIDTH = 1000


def main() -> None:
    """Write the picture."""
    from wargame.plots import figures

    browser = shutil.which("chromium")
    if browser is None:
        raise SystemExit("chromium is not installed")
    drawn = figures(wg.run(wg.load("zapad_2021"), seed=0))
    sizes = [tuple(float(x) for x in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn[name])[0]) for name in PANELS]
    height = sum(round(WIDTH * high / wide) for wide, high in sizes) + 50
    page = "".join(f"<div>{drawn[name]}</div>" for name in PANELS)
    style = (
        f"body{{margin:20px;background:#fff;font-family:sans-serif}} div svg{{width:{WIDTH - 40}px;height:auto;display:block}}"
    )
    with tempfile.TemporaryDirectory() as folder:
        html = Path(folder) / "page.html"
        html.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{page}", encoding="utf-8")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        size = [f"--window-size={WIDTH},{height}", "--force-device-scale-factor=1.6", "--hide-scrollbars"]
        subprocess.run(
            [browser, *flags, *size, f"--user-data-dir={folder}/profile", f"--screenshot={TARGET}", html.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
