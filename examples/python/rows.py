"""Makes rows to try the recipes on: articles as they are scraped, in Parquet.

usage: python rows.py OUT.parquet [ROWS]
"""

import sys

import pyarrow as pa
import pyarrow.parquet as pq

SENTENCES = [
    "今天的天气很好，我们一起去公园散步，看见了许多人。",
    "今天的天氣很好，我們一起去公園散步，看見了許多人。",
    "環(huán)境保護(hù)是每個(gè)人的責(zé)任，發(fā)展也是。",
    "大橋今天通車，橋上站滿了人，電腦和網絡都用上了。",
    "å¤§æ¡¥ä»Šå¤©é€šè½¦ã€‚",
    "学校的操场换了新的草皮，孩子们在上面跑步。",
]
SITES = ["morning.example", "evening.example", "noon.example"]


def rows(count: int) -> pa.Table:
    """Articles of two to five sentences, a twentieth of them missing, in several sites."""
    texts: list[str | None] = []
    for at in range(count):
        lines = [SENTENCES[(at + line * 7) % len(SENTENCES)] for line in range(2 + at % 4)]
        texts.append(None if at % 20 == 19 else f"第{at}篇\n" + "\n".join(lines) + "\n")
    urls = [f"https://{SITES[at % len(SITES)]}/{at}.html" for at in range(count)]
    return pa.table({"id": pa.array(range(count), pa.int64()), "url": urls, "text": texts})


if __name__ == "__main__":
    out = sys.argv[1]
    pq.write_table(rows(int(sys.argv[2]) if len(sys.argv) > 2 else 200_000), out)
