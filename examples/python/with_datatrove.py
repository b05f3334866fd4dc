"""datatrove: a formatter that normalizes and a filter by what is known of a text."""

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import ParquetReader
from datatrove.pipeline.writers import ParquetWriter

from zhnorm.datatrove import VarietyFilter, ZhnormFormatter


def run(source: str, target: str, work: bool = True) -> None:
    """Normalize the column `text` of Parquet files in a folder into another folder."""
    steps = [ZhnormFormatter(to="zh-Hans"), VarietyFilter("zh-Hans", "zh-Hant", "und")]
    LocalPipelineExecutor(
        pipeline=[
            ParquetReader(source, text_key="text", id_key="id"),
            *(steps if work else []),
            ParquetWriter(target),
        ],
        tasks=1,
        logging_dir=f"{target}-log",
        skip_completed=False,
    ).run()
