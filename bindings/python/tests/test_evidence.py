import pickle
import subprocess
import sysconfig
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

import zhnorm
from zhnorm import Evidence, Normalizer, line_keys

SITES = ["morning.example", "evening.example"]
WORDS = "雪雨风云山水桥路灯船鸟鱼花树草石火月星海"


def pages() -> list[tuple[str, str]]:
    """Pages whose footers recur, of which some are garbled or traditional."""
    made = []
    for at, word in enumerate(WORDS):
        site = SITES[at % 2]
        name = ["晨报", "晚報"][at % 2]
        made.append(
            (
                site,
                f"{name}每日为您报道\n昨天的{word}很大，路上的车开得很慢，第{at}个行人说。\n"
                f"孩子们在{word}边玩，大人们忙着别的事情。\n{name}的新闻天天更新\n{name}天下知\n",
            )
        )
    made.append(made[0])  # a document met twice
    return made


def counted(some: list[tuple[str, str]]) -> Evidence:
    evidence = Evidence()
    for site, text in some:
        evidence.add(site, line_keys(text))
    return evidence


def stripped(evidence: Evidence) -> list[str]:
    normalizer = Normalizer(to="zh-Hans")
    by_site = {site: normalizer.for_site(evidence, site) for site in SITES}
    return [by_site[site](text) for site, text in pages()]


def test_keys_are_the_same_everywhere() -> None:
    keys = line_keys("大橋通車了。\n")
    assert keys == line_keys("大桥通车了。\n大桥通车了。\n")
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert keys == sorted(keys, key=lambda key: key % 2**64)
    with ProcessPoolExecutor(1) as other:
        assert other.submit(line_keys, "大桥通车了。").result() == keys
    assert zhnorm.KEYS_VERSION == 1
    assert line_keys("") == []


def test_the_same_as_the_command(tmp_path: Path) -> None:
    for at, (site, text) in enumerate(pages()):
        folder = tmp_path / "in" / site
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{at:02}.txt").write_text(text, "utf-8")
    command = Path(sysconfig.get_path("scripts")) / "zhnorm"
    flags = ["--isolated", "--corpus-evidence", "--to", "zh-Hans", "-o", "out", "in"]
    subprocess.run([command, *flags], cwd=tmp_path, check=True, capture_output=True)
    done = [
        (tmp_path / "out" / site / f"{at:02}.txt").read_text("utf-8")
        for at, (site, _) in enumerate(pages())
    ]
    with_evidence = stripped(counted(pages()))
    assert with_evidence == done
    plain = Normalizer(to="zh-Hans").batch([text for _, text in pages()])
    assert with_evidence != plain
    assert "天下知" not in with_evidence[0]
    assert "第0个行人说" in with_evidence[0]


def test_parts_make_the_same_as_the_whole() -> None:
    whole = counted(pages())
    parts = Evidence()
    for wanted in SITES:
        part = counted([page for page in pages() if page[0] == wanted])
        parts.merge(pickle.loads(pickle.dumps(part)))
    assert parts == whole
    assert Evidence.from_bytes(whole.to_bytes()) == whole
    assert stripped(parts) == stripped(whole)


def test_counts_of_a_group_by() -> None:
    """What a database counts: distinct documents by site, then documents by site and key."""
    documents: dict[str, set[tuple[int, ...]]] = defaultdict(set)
    for site, text in pages():
        documents[site].add(tuple(line_keys(text)))
    evidence = Evidence()
    for site, of_site in documents.items():
        evidence.count_documents(site, len(of_site))
        counts = Counter(key for document in of_site for key in document)
        for key, times in counts.items():
            if times > 1:
                evidence.count(site, key, times)
    assert evidence.documents(SITES[0]) == 10
    assert stripped(evidence) == stripped(counted(pages()))


def test_what_is_no_evidence() -> None:
    with pytest.raises(zhnorm.Error, match="no saved evidence"):
        Evidence.from_bytes(b"zhnorm")
    other = bytearray(Evidence().to_bytes())
    other[16] = 9
    with pytest.raises(zhnorm.Error, match="version 9"):
        Evidence.from_bytes(other)
    with pytest.raises(TypeError, match="Evidence, not int"):
        Evidence().merge(3)  # type: ignore[arg-type]
    assert Evidence() != 3
    informed = Normalizer().for_site(Evidence(), "a")
    with pytest.raises(TypeError, match="for_site"):
        pickle.dumps(informed)
