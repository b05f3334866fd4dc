"""What trafilatura reads of the pages that `cargo xtask eval strip metadata write=FOLDER` writes.

    python3 page_metadata.py FOLDER
"""

import json
import pathlib
import sys

import trafilatura

FIELDS = {"title": "title", "date": "date", "author": "author", "source": "sitename", "url": "url", "language": "language"}


def comparable(field, value):
    """A date is a day, and several authors are written in one way."""
    if value is None:
        return None
    if field == "date":
        return value[:10]
    if field == "author":
        return "、".join(part.strip() for part in value.replace("、", ";").split(";"))
    return value


def main():
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
        print(f"{field:9} {right} of {of} ({100 * right / max(of, 1):.1f} %), told where none is: {of_none - none} of {of_none}")


if __name__ == "__main__":
    main()
