"""Repairs scraped Chinese text: encodings, mojibake, boilerplate, script.

>>> import zhnorm
>>> zhnorm.normalize("環(huán)境保護(hù)是每個(gè)人的責(zé)任", to="zh-Hans").text
'环境保护是每个人的责任'
"""

from zhnorm._zhnorm import (
    KEYS_VERSION,
    BinaryError,
    Change,
    Column,
    Detection,
    Error,
    Evidence,
    Normalizer,
    Outcome,
    UncertainEncodingError,
    __version__,
    detect,
    line_keys,
    normalize,
)

__all__ = [
    "KEYS_VERSION",
    "BinaryError",
    "Change",
    "Column",
    "Detection",
    "Error",
    "Evidence",
    "Normalizer",
    "Outcome",
    "UncertainEncodingError",
    "__version__",
    "detect",
    "line_keys",
    "normalize",
]
