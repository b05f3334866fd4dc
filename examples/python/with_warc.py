"""WARC: the articles of the pages in an archive, read by warcio (or fastwarc)."""

from collections.abc import Iterator

from warcio.archiveiterator import ArchiveIterator

from zhnorm import Error, Normalizer

normalizer = Normalizer(to="zh-Hans")


def articles(path: str) -> Iterator[tuple[str, str]]:
    """Read address and article of each page; records `conversion`, as in WET files, are text."""
    with open(path, "rb") as file:
        for record in ArchiveIterator(file):
            address = record.rec_headers.get_header("WARC-Target-URI")
            try:
                if record.rec_type == "response" and "html" in (
                    record.http_headers.get_header("Content-Type") or ""
                ):
                    yield address, normalizer.html(record.content_stream().read()).text
                elif record.rec_type == "conversion":
                    yield address, normalizer.normalize(record.content_stream().read()).text
            except Error:
                continue  # not text
