"""PySpark: `mapInArrow`, on one machine or on a cluster.

The wheel has to be on every worker, for example through `spark.archives` with a packed
environment. The normalizer is pickled and sent, with the dictionaries that it uses.
"""

import os
import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from zhnorm import Normalizer

normalizer = Normalizer(to="zh-Hans")


def normalized(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Normalize the column `text` of batches."""
    for batch in batches:
        at = batch.schema.get_field_index("text")
        new = normalizer.array(batch.column(at))
        yield batch.set_column(at, batch.schema.field(at), new)


def untouched(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Do nothing."""
    yield from batches


def session(master: str = "local[2]") -> SparkSession:
    """Make a session on a master."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("zhnorm")
    return (
        builder.config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.executor.memory", "1g")
        .getOrCreate()
    )


def transform(table: DataFrame, work: bool = True) -> DataFrame:
    """Normalize the column `text` of a table."""
    return table.mapInArrow(normalized if work else untouched, table.schema)


def run(source: str, target: str, work: bool = True, master: str = "local[2]") -> None:
    """Normalize the column `text` of a Parquet file into a folder of them."""
    spark = session(master)
    table = spark.read.parquet(source).repartition(4)
    transform(table, work).write.mode("overwrite").parquet(target)
