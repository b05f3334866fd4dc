"""Measures the Python package beside what people install today, on one thread unless said.

usage: figures.py [--quick]

Needs the packages zhnorm, opencc, ftfy and charset-normalizer. All text is made from the seeds.
"""

from __future__ import annotations

import argparse
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


def best(work: Callable[[], object], times: int = 5) -> float:
    """Return the seconds of the fastest run."""
    fastest = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        fastest = min(fastest, time.perf_counter() - start)
    return fastest


def row(what: str, ours: float, theirs: float, other: str) -> None:
    """Print a row of the table."""
    print(
        f"| {what} | {ours:.3f} s | {theirs:.3f} s ({other}) | {theirs / ours:.2f} x |", flush=True
    )


def documents(folder: Path, count: int) -> list[Path]:
    """Write files in several encodings, every fourth of them garbled."""
    source = lines()
    paths = []
    for at in range(count):
        text = "\n".join(source[(at * 5 + step) % len(source)] for step in range(6)) + "\n"
        if at % 4 == 3:
            text = text.encode().decode("cp1252", "ignore")
        path = folder / f"{at:05}.txt"
        path.write_bytes(text.encode(ENCODINGS[at % 3 if at % 4 != 3 else 0], "ignore"))
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
    print("| what | zhnorm | beside | times |\n|---|---|---|---|")
    texts = short_strings(count)
    converter = opencc.OpenCC("t2s")
    theirs = best(lambda: [converter.convert(text) for text in texts])
    what = f"{count} short strings, a call each"
    row(what, best(lambda: [normalizer(text) for text in texts]), theirs, "opencc t2s")
    row(
        f"{count} short strings, batch", best(lambda: normalizer.batch(texts)), theirs, "opencc t2s"
    )
    only = Normalizer(to="t2s", only=["convert"])
    row(
        f"{count} short strings, convert alone",
        best(lambda: only.batch(texts)),
        theirs,
        "opencc t2s",
    )

    with tempfile.TemporaryDirectory() as scratch:
        paths = documents(Path(scratch), 100 if quick else 400)
        ours = best(
            lambda: [normalizer.normalize(path.read_bytes(), changes=False) for path in paths]
        )
        theirs = best(lambda: list(peers(paths)), 2)
        row(f"{len(paths)} files, whole pipeline", ours, theirs, "charset-normalizer, ftfy, opencc")

    long_texts = ["\n".join(lines()[at % 40 :]) for at in range(100)]
    for name, given in (("short strings", texts), ("articles", long_texts)):
        one = best(lambda given=given: (normalizer.batch(given), normalizer.batch(given)))

        def both(given: list[str] = given) -> None:
            threads = [threading.Thread(target=normalizer.batch, args=(given,)) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        row(f"{name}, two threads with batch", best(both), one, "one thread")

    empty = best(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 9)
    ours = best(lambda: subprocess.run([sys.executable, "-c", "import zhnorm"], check=True), 9)
    print(f"| `import zhnorm` | {(ours - empty) * 1000:.1f} ms | | |")
    command = Path(sys.executable).with_name("zhnorm")
    ours = best(lambda: subprocess.run([command, "-V"], check=True, stdout=subprocess.DEVNULL), 9)
    print(f"| `zhnorm -V` of the wheel | {ours * 1000:.1f} ms | | |")


if __name__ == "__main__":
    main()
