"""Measure rapport.html in a real browser: its size, how long it takes to open, and each keystroke in its search."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from pipeline.settings.config import read_config  # noqa: E402
from pipeline.summarize.page import rapport_html  # noqa: E402
from support.chromium import opened, running, why_not  # noqa: E402
from support.invented_runs import many_rows, summary_of  # noqa: E402  (the tests' own pages and browser)

_TYPED = """() => {
    const box = document.getElementById('texte'), times = [];
    for (const typed of ['c', 'co', 'college n° 5', '7', '']) {
        const begun = performance.now();
        box.value = typed;
        box.dispatchEvent(new Event('input', { bubbles: true }));
        document.body.offsetHeight;
        times.push(performance.now() - begun);
    }
    return times;
}"""


def main() -> None:
    """Print the times of a page of each of the given numbers of letters, 600 and 10 000 unless told otherwise."""
    if missing := why_not():
        sys.exit(missing)
    config = read_config(ROOT / "config.toml")
    with tempfile.TemporaryDirectory() as name, running() as browser:
        for count in [int(one) for one in sys.argv[1:]] or [600, 10_000]:
            page = Path(name) / f"{count}.html"
            page.write_bytes(rapport_html(summary_of(many_rows(count), config, Path(name))))
            begun = perf_counter()
            with opened(browser, page) as (shown, _):
                loaded = perf_counter() - begun
                keys = shown.evaluate(_TYPED)
            times, size = ", ".join(f"{one:.0f}" for one in keys), page.stat().st_size / 1e6
            print(f"{count} lettres, {size:.1f} Mo : ouverte en {loaded:.1f} s ; frappes {times} ms")


if __name__ == "__main__":
    main()
