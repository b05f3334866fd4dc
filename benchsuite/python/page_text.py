"""Writes what other extractors take from the pages of `cargo xtask eval strip html write=FOLDER`.

usage: page_text.py FOLDER

Needs the packages trafilatura, resiliparse and justext. Each extractor gets a folder below FOLDER,
which `cargo xtask eval strip html beside=FOLDER` reads. All of them have their default settings;
jusText, which has no stop words of Chinese, is also run in its way for any language, without stop
words. Prints the speed of each, page by page in turns, in seconds of the processor.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import justext
import trafilatura
from resiliparse.extract.html2text import extract_plain_text

ANY_LANGUAGE = {"stopwords_low": 0, "stopwords_high": 0}
ENGLISH = justext.get_stoplist("English")


def without_stop_words(page: str) -> str:
    """Return the text that jusText finds when it asks for no stop words."""
    found = justext.justext(page, frozenset(), **ANY_LANGUAGE)
    return "\n".join(part.text for part in found if not part.is_boilerplate)


def with_stop_words(page: str) -> str:
    """Return the text that jusText finds with its usual stop words."""
    found = justext.justext(page, ENGLISH)
    return "\n".join(part.text for part in found if not part.is_boilerplate)


EXTRACTORS: dict[str, Callable[[str], str | None]] = {
    "trafilatura": trafilatura.extract,
    "resiliparse": lambda page: extract_plain_text(page, main_content=True),
    "jusText, its English words": with_stop_words,
    "jusText, any language": without_stop_words,
}


def main() -> None:
    """Write the texts."""
    folder = Path(sys.argv[1])
    pages = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.html"))}
    seconds = dict.fromkeys(EXTRACTORS, 0.0)
    for name in EXTRACTORS:
        (folder / name).mkdir(exist_ok=True)
    for stem, page in pages.items():
        for name, extract in EXTRACTORS.items():
            start = time.process_time()
            text = extract(page) or ""
            seconds[name] += time.process_time() - start
            (folder / name / f"{stem}.txt").write_text(text, "utf-8")
    size = sum(len(page.encode()) for page in pages.values()) / 1e6
    for name, took in seconds.items():
        print(f"{name:28} {size / took:8.2f} MB/s")


if __name__ == "__main__":
    main()
