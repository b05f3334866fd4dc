"""Measures the Python package beside what people install today, on one thread unless said.

usage: figures.py [--quick]

Needs the packages zhnorm, opencc, ftfy and charset-normalizer. All text is made from the seeds.
"""

from __future__ import annotations

import argparse
import functools
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import charset_normalizer
import ftfy
import opencc

from zhnorm import Normalizer

SEEDS = Path(__file__).resolve().parents[2] / "fixtures" / "seeds"
ENCODINGS = ["utf-8", "gb18030", "big5", "utf-16"]


def lines() -> list[str]:
    """Return the lines of the seeds, repaired and in traditional characters."""
    to = Normalizer(to="zh-Hant", only=["convert"])
    texts = [to(path.read_text("utf-8")) for path in sorted(SEEDS.glob("*.zh-Hans.txt"))]
    return [line for text in texts for line in text.splitlines() if len(line) > 60]


def short_strings(count: int) -> list[str]:
    """Return different strings of 8 to 40 characters."""
    made: dict[str, None] = {}
    source = "".join(lines())
    at = 0
    while len(made) < count:
        length = 8 + at * 7 % 33
        start = at * 13 % (len(source) - 40)
        made[source[start : start + length] + ("" if at < len(source) else str(at))] = None
        at += 1
    return list(made)


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def row(
    what: str, ours: Callable[[], object], theirs: Callable[[], object], other: str, rounds: int = 7
) -> None:
    """Print a row of the table: both by turns, so that what else runs on the machine slows both."""
    ours()
    theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    ratios = sorted(beside / own for own, beside in pairs)
    own, beside = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(
        f"| {what} | {own:.3f} s | {beside:.3f} s ({other}) "
        f"| {statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f}) |",
        flush=True,
    )


def documents(folder: Path, count: int) -> list[Path]:
    """Write files in several encodings, every eighth of them garbled."""
    source = lines()
    paths = []
    for at in range(count):
        text = "\n".join(source[(at * 5 + step) % len(source)] for step in range(6)) + "\n"
        encoding = ENCODINGS[at % len(ENCODINGS)]
        if at % 8 == 7:
            text, encoding = text.encode().decode("latin-1"), "utf-8"
        path = folder / f"{at:05}.txt"
        path.write_bytes(text.encode(encoding, "ignore"))
        paths.append(path)
    return paths


def peers(paths: list[Path]) -> Iterator[str]:
    """Do with the packages of today what zhnorm does."""
    converter = opencc.OpenCC("t2s")
    for path in paths:
        found = charset_normalizer.from_bytes(path.read_bytes()).best()
        yield converter.convert(ftfy.fix_text(str(found)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    count = 20_000 if quick else 100_000
    normalizer = Normalizer(to="zh-Hans")
    print("| what | zhnorm | beside | times faster: median (range) |\n|---|---|---|---|")
    texts = short_strings(count)
    converter = opencc.OpenCC("t2s")

    def peer() -> None:
        for text in texts:
            converter.convert(text)

    def calls() -> None:
        for text in texts:
            normalizer(text)

    row(f"{count} short strings, a call each", calls, peer, "opencc t2s")
    row(f"{count} short strings, batch", lambda: normalizer.batch(texts), peer, "opencc t2s")
    only = Normalizer(to="t2s", only=["convert"])
    row(f"{count} short strings, convert alone", lambda: only.batch(texts), peer, "opencc t2s")

    with tempfile.TemporaryDirectory() as scratch:
        paths = documents(Path(scratch), 100 if quick else 400)

        def pipeline() -> None:
            for path in paths:
                normalizer.normalize(path.read_bytes(), changes=False)

        what = f"{len(paths)} files, whole pipeline"
        row(what, pipeline, lambda: list(peers(paths)), "charset-normalizer, ftfy, opencc", 3)

    long_texts = ["\n".join(lines()[at % 40 :]) for at in range(100)]
    for name, given in (("short strings", texts), ("articles", long_texts)):

        def one(given: list[str] = given) -> None:
            for _ in range(2):
                normalizer.batch(given)

        def both(given: list[str] = given) -> None:
            threads = [threading.Thread(target=normalizer.batch, args=(given,)) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        row(f"{name}, two threads with batch", both, one, "one thread")

    def start(*command: str | Path) -> float:
        run = functools.partial(subprocess.run, command, check=True, stdout=subprocess.DEVNULL)
        return min(seconds(run) for _ in range(9)) * 1000

    took = start(sys.executable, "-c", "import zhnorm") - start(sys.executable, "-c", "")
    print(f"| `import zhnorm` | {took:.1f} ms | | |")
    took = start(Path(sys.executable).with_name("zhnorm"), "-V")
    print(f"| `zhnorm -V` of the wheel | {took:.1f} ms | | |")


if __name__ == "__main__":
    main()
