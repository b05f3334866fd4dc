"""pyarrow: batch by batch, in little memory."""

import pyarrow.parquet as pq

from zhnorm import Normalizer

normalizer = Normalizer(to="zh-Hans")


def run(source: str, target: str, work: bool = True) -> None:
    """Normalize the column `text` of a Parquet file into another one."""
    file = pq.ParquetFile(source)
    with pq.ParquetWriter(target, file.schema_arrow) as out:
        for batch in file.iter_batches(16_384):
            if work:
                at = batch.schema.get_field_index("text")
                new = normalizer.array(batch.column(at))
                batch = batch.set_column(at, batch.schema.field(at), new)
            out.write_batch(batch)
