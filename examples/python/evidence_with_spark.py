"""PySpark: lines that recur on the pages of a site, counted by a `groupBy`.

The result is that of --corpus-evidence.
"""

from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from with_spark import normalizer

from zhnorm import Evidence


def keyed(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Site and line keys of each page."""
    for batch in batches:
        rows = zip(batch.column("site").to_pylist(), batch.column("text").to_pylist(), strict=True)
        pages = [(site, normalizer.line_keys(text)) for site, text in rows if text is not None]
        yield pa.RecordBatch.from_arrays(
            [
                pa.array([site for site, _ in pages], pa.string()),
                pa.array([keys for _, keys in pages], pa.list_(pa.int64())),
            ],
            names=["site", "keys"],
        )


def count(pages: DataFrame) -> Evidence:
    """Count the lines of pages, which have the columns `site` and `text`."""
    different = pages.mapInArrow(keyed, "site string, keys array<long>").distinct().cache()
    different = different.where(f.size("keys") > 0)
    evidence = Evidence()
    for row in different.groupBy("site").count().collect():
        evidence.count_documents(row["site"], row["count"])
    lines = different.select("site", f.explode("keys").alias("key")).groupBy("site", "key").count()
    for row in lines.where("count > 1").toLocalIterator():
        evidence.count(row["site"], row["key"], row["count"])
    return evidence


def strip(pages: DataFrame, evidence: Evidence) -> DataFrame:
    """Normalize pages, each as one of its site."""

    def normalized(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        of_site = {}
        for batch in batches:
            texts = []
            for site, text in zip(
                batch.column("site").to_pylist(), batch.column("text").to_pylist(), strict=True
            ):
                if site not in of_site:
                    of_site[site] = normalizer.for_site(evidence, site)
                texts.append(of_site[site](text))
            at = batch.schema.get_field_index("text")
            new = pa.array(texts, batch.schema.field(at).type)
            yield batch.set_column(at, batch.schema.field(at), new)

    return pages.mapInArrow(normalized, pages.schema)
