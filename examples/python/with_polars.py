"""polars: a column, in and out through Arrow."""

import polars as pl

from zhnorm import Normalizer

normalizer = Normalizer(to="zh-Hans")


def run(source: str, target: str, work: bool = True) -> None:
    """Normalize the column `text` of a Parquet file into another one."""
    table = pl.read_parquet(source)
    if work:
        table = table.with_columns(text=normalizer.array(table["text"]))
    table.write_parquet(target)
