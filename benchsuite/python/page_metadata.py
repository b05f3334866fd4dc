"""What trafilatura reads of the pages that `cargo xtask eval strip metadata write=FOLDER` writes.

usage: page_metadata.py FOLDER
"""

from __future__ import annotations

import json
import pathlib
import sys

import trafilatura

FIELDS = {
    "title": "title",
    "date": "date",
    "author": "author",
    "source": "sitename",
    "url": "url",
    "language": "language",
}


def comparable(field: str, value: str | None) -> str | None:
    """Return a date as its day, and several authors as they are written on the pages."""
    if value is None:
        return None
    if field == "date":
        return value[:10]
    if field == "author":
        return "、".join(part.strip() for part in value.replace("、", ";").split(";"))
    return value


def main() -> None:
    """Print how often each field is right."""
    counts = {field: [0, 0, 0, 0] for field in FIELDS}
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.html")):
        wanted = json.loads(path.with_suffix(".json").read_text("utf-8"))
        found = trafilatura.extract_metadata(path.read_text("utf-8"))
        for field, value in wanted.items():
            got = comparable(field, getattr(found, FIELDS[field], None) if found else None)
            is_right = got == comparable(field, value)
            at = 0 if value is not None else 2
            counts[field][at] += is_right
            counts[field][at + 1] += 1
    for field, (right, of, none, of_none) in counts.items():
        share = 100 * right / max(of, 1)
        told = f"told where none is: {of_none - none} of {of_none}"
        print(f"{field:9} {right} of {of} ({share:.1f} %), {told}")


if __name__ == "__main__":
    main()
