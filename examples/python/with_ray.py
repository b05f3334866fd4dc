"""Ray Data: `map_batches` over Arrow tables."""

import pyarrow as pa
import ray

from zhnorm import Normalizer

normalizer = Normalizer(to="zh-Hans")


def normalized(table: pa.Table) -> pa.Table:
    """Normalize the column `text` of a table."""
    at = table.schema.get_field_index("text")
    return table.set_column(at, table.schema.field(at), normalizer.array(table.column(at)))


def untouched(table: pa.Table) -> pa.Table:
    """Do nothing."""
    return table


def run(source: str, target: str, work: bool = True) -> None:
    """Normalize the column `text` of a Parquet file into a folder of them."""
    if not ray.is_initialized():
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    table = ray.data.read_parquet(source)
    function = normalized if work else untouched
    table.map_batches(function, batch_format="pyarrow").write_parquet(target)
