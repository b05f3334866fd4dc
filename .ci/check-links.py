#!/usr/bin/env python3
"""Checks the links of the project's Markdown files and of the book built from docs/.

usage: .ci/check-links.py [BOOK]

In Markdown files, a relative link must lead to a file of the checkout, and a fragment to one of its
headings. In BOOK, the folder that mdbook wrote, every relative link must lead to a written file, and a
fragment to an id in it. Links to other hosts are not followed: the check must work without a network.
"""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent


class Page(HTMLParser):
    """The links and ids of an HTML page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is None:
                continue
            if name == "id":
                self.ids.add(value)
            elif (tag, name) in {
                ("a", "href"),
                ("img", "src"),
                ("script", "src"),
                ("link", "href"),
            }:
                self.links.append(value)


def markdown(text: str) -> tuple[list[str], set[str]]:
    """The links and heading ids of a Markdown text."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(
        r"`[^`\n]*`", lambda code: code.group()[1:-1] if "(" not in code.group() else "", text
    )
    links = re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", text)
    headings = re.findall(r"^#+\s+(.+)$", text, flags=re.MULTILINE)
    ids = {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }
    return links, ids


def html(text: str) -> tuple[list[str], set[str]]:
    """The links and ids of an HTML text."""
    page = Page()
    page.feed(text)
    return page.links, page.ids


def problems(file: Path, root: Path) -> list[str]:
    """What is wrong with the links of one file; a leading slash in a link means `root`."""
    read = html if file.suffix == ".html" else markdown
    links, own_ids = read(file.read_text(encoding="utf-8"))
    found = []
    for link in links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        path = unquote(parts.path)
        target = root / path.lstrip("/") if path.startswith("/") else file.parent / path
        if not path:
            ids = own_ids
        elif not target.exists():
            found.append(f"{file}: {link}: no such file")
            continue
        elif target.suffix in {".html", ".md"}:
            _, ids = (html if target.suffix == ".html" else markdown)(
                target.read_text(encoding="utf-8")
            )
        else:
            continue
        if parts.fragment and unquote(parts.fragment) not in ids:
            found.append(f"{file}: {link}: no such heading")
    return found


def main() -> int:
    """Checks the tracked Markdown files, and the book if one is named."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    files = [
        file
        for file in files
        if file.exists()
        # Inputs of tests are no documents.
        and file.relative_to(ROOT).parts[0] not in {"fixtures", "tests"}
    ]
    found = [problem for file in files for problem in problems(file, ROOT)]
    if len(sys.argv) > 1:
        book = Path(sys.argv[1]).resolve()
        pages = [
            page
            for page in sorted(book.rglob("*.html"))
            if page.name not in {"404.html", "print.html", "toc.html"}
        ]
        if not pages:
            found.append(f"{book}: no pages")
        files += pages
        found += [problem for page in pages for problem in problems(page, book)]
    print(*found, sep="\n", end="\n" if found else "")
    print(f"links: {len(files)} files, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
