"""Steps of a datatrove pipeline. Needs the package ``datatrove``.

A pipeline is ``[reader, ZhnormFormatter(to="zh-Hans"), VarietyFilter("zh-Hans"), writer]``.
"""

from typing import Any

from datatrove.data import Document
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.formatters.base import BaseFormatter
from datatrove.pipeline.writers.disk_base import DiskWriter

from zhnorm import Normalizer

__all__ = ["VarietyFilter", "ZhnormFormatter"]


class ZhnormFormatter(BaseFormatter):
    """Gives each document back the text that was written. Takes the options of a Normalizer."""

    name = "zhnorm"

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.normalizer = Normalizer(**options)

    def format(self, text: str) -> str:
        """Normalize the text of a document."""
        return self.normalizer(text)


class VarietyFilter(BaseFilter):
    """Keeps documents of these scripts and regions, such as ``zh-Hans`` and ``zh-Hant-TW``.

    ``zh-Hant`` alone does not keep ``zh-Hant-TW``. What was found is put into the metadata of
    the document as ``variety``.
    """

    name = "zhnorm variety"

    def __init__(self, *varieties: str, exclusion_writer: DiskWriter | None = None) -> None:
        super().__init__(exclusion_writer)
        self.varieties = frozenset(varieties)
        self.normalizer = Normalizer(only="decode")

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Look at a document."""
        variety = self.normalizer.normalize(doc.text, changes=False).variety
        doc.metadata["variety"] = variety
        return variety in self.varieties or (False, variety)
