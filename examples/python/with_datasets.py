"""Hugging Face datasets: `map` over batches."""

from datasets import Dataset

from zhnorm import Normalizer

normalizer = Normalizer(to="zh-Hans")


def normalized(batch: dict[str, list[str | None]]) -> dict[str, list[str | None]]:
    """Normalize a batch."""
    return {"text": normalizer.batch(batch["text"])}


def run(source: str, target: str, work: bool = True) -> None:
    """Normalize the column `text` of a Parquet file into another one."""
    dataset = Dataset.from_parquet(source)
    function = normalized if work else (lambda batch: {"text": batch["text"]})
    dataset = dataset.map(function, batched=True, batch_size=10_000, load_from_cache_file=False)
    dataset.to_parquet(target)
