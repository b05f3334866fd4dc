"""Makes rows to try the recipes on: articles as they are scraped, in Parquet.

usage: python rows.py OUT.parquet [ROWS]
"""

import sys

import pyarrow as pa
import pyarrow.parquet as pq

SENTENCES = [
    "今天的天气很好，我们一起去公园散步，看见了许多人。",
    "学校的操场换了新的草皮，孩子们在上面跑步。",
    "气象台说，今天夜里还会有一场小雪，请早上出门的人小心路滑。",
    "会议决定明年继续修这条路，并且在路边种树。",
]
TRADITIONAL = [
    "今天的天氣很好，我們一起去公園散步，看見了許多人。",
    "大橋今天通車，橋上站滿了人，電腦和網絡都用上了。",
    "氣象臺說，今天夜裏還會有一場小雪，請早上出門的人小心路滑。",
    "會議決定明年繼續修這條路，並且在路邊種樹。",
]
DAMAGED = ["環(huán)境保護(hù)是每個(gè)人的責(zé)任，發(fā)展也是。", "å¤§æ¡¥ä»Šå¤©é€šè½¦ã€‚"]
SITES = ["morning.example", "evening.example", "noon.example"]


def rows(count: int) -> pa.Table:
    """Make articles, a quarter traditional, some damaged, a twentieth missing."""
    texts: list[str | None] = []
    for at in range(count):
        sentences = TRADITIONAL if at % 4 == 1 else SENTENCES
        lines = [sentences[(at + line * 7) % 4] for line in range(4 + at % 9)]
        if at % 40 == 7:
            lines.append(DAMAGED[at % 2])
        texts.append(None if at % 20 == 19 else f"第{at}篇\n" + "\n".join(lines) + "\n")
    urls = [f"https://{SITES[at % len(SITES)]}/{at}.html" for at in range(count)]
    return pa.table({"id": pa.array(range(1, count + 1), pa.int64()), "url": urls, "text": texts})


if __name__ == "__main__":
    out = sys.argv[1]
    pq.write_table(rows(int(sys.argv[2]) if len(sys.argv) > 2 else 200_000), out)
