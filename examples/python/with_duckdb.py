"""duckdb: a function over Arrow columns in SQL."""

import duckdb

from zhnorm import Normalizer

normalizer = Normalizer(to="zh-Hans")


def run(source: str, target: str, work: bool = True) -> None:
    """Normalize the column `text` of a Parquet file into another one."""
    database = duckdb.connect()
    database.create_function(
        "zhnorm",
        normalizer.array,
        ["VARCHAR"],
        "VARCHAR",
        type="arrow",
        null_handling="special",
    )
    text = "zhnorm(text)" if work else "text"
    query = f"SELECT * REPLACE ({text} AS text) FROM read_parquet('{source}')"  # noqa: S608
    database.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")
