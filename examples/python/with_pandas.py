"""pandas: a column of strings."""

import pandas as pd

from zhnorm import Normalizer

normalizer = Normalizer(to="zh-Hans")


def run(source: str, target: str, work: bool = True) -> None:
    """Normalize the column `text` of a Parquet file into another one."""
    table = pd.read_parquet(source)
    if work:
        missing = table["text"].isna()
        texts = table["text"].astype(object).where(~missing, None)
        table["text"] = normalizer.batch(texts)
    table.to_parquet(target)
