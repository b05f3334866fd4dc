import copy
import doctest
import pickle
import threading
from pathlib import Path

import pytest

import zhnorm
from zhnorm import Normalizer

GARBLED = "環(huán)境保護(hù)是每個(gè)人的責(zé)任，發(fā)展也是。"
REPAIRED = "环境保护是每个人的责任，发展也是。"
SEEDS = Path(__file__).parents[3] / "seeds"


@pytest.fixture(scope="module")
def hans() -> Normalizer:
    return Normalizer(to="zh-Hans")


def test_examples() -> None:
    finder = doctest.DocTestFinder()
    runner = doctest.DocTestRunner()
    named = {
        "zhnorm": zhnorm,
        "Normalizer": Normalizer,
        "normalize": zhnorm.normalize,
        "detect": zhnorm.detect,
        "line_keys": zhnorm.line_keys,
        "Evidence": zhnorm.Evidence,
    }
    found = [case for name, what in named.items() for case in finder.find(what, name, module=False)]
    members = ["__call__", "normalize", "batch", "array", "file", "html", "from_config"]
    parser = doctest.DocTestParser()
    for member in members:
        text = getattr(getattr(Normalizer, member, None), "__doc__", None) or ""
        found.append(parser.get_doctest(text, {}, member, None, None))
    for case in found:
        runner.run(case)
    assert runner.failures == 0
    assert runner.tries >= 10


def test_one_text() -> None:
    outcome = zhnorm.normalize(GARBLED, to="zh-Hans")
    assert outcome.text == REPAIRED
    assert outcome.changed
    assert outcome.encoding is None
    assert outcome.variety == "zh-Hant"
    assert outcome.kind == "prose"
    assert outcome.counts["repair.pinyin.annotation"] == 5
    assert str(outcome) == REPAIRED


def test_seeds_as_the_command_writes_them(hans: Normalizer) -> None:
    expected = SEEDS.parent / "fixtures" / "seeds"
    seeds = sorted(SEEDS.glob("*.txt"))
    assert len(seeds) == 5
    for seed in seeds:
        want = (expected / f"{seed.stem}.zh-Hans.txt").read_text("utf-8")
        assert hans.normalize(seed.read_bytes()).text == want
        assert hans.file(seed).text == want


def test_a_string_gets_no_line_end(hans: Normalizer) -> None:
    assert hans("電腦") == "电脑"
    assert hans("電腦\n") == "电脑\n"
    assert hans.normalize("電腦").text == "电脑"
    assert hans.normalize("電腦".encode()).text == "电脑\n"


def test_the_same_object_when_nothing_changed(hans: Normalizer) -> None:
    for text in ["", "plain", "今天天气很好。", "a" * 5000, "天气" * 5000]:
        assert hans(text) is text
    assert hans(None) is None


def test_places_are_indices_of_the_string() -> None:
    text = "\U00020000a電腦"
    outcome = zhnorm.normalize(text, to="zh-Hans")
    assert [text[c.start : c.end] for c in outcome.changes] == ["電", "腦"]
    assert [c.before for c in outcome.changes] == ["電", "腦"]
    assert [c.line for c in outcome.changes] == [1, 1]


def test_places_of_each_stage_are_in_its_own_input() -> None:
    outcome = zhnorm.normalize("看\n" + GARBLED, to="zh-Hans")
    repair = [c for c in outcome.changes if c.stage == "repair"]
    assert repair
    for change in repair:
        text = "看\n" + GARBLED
        assert text[change.start : change.end] == change.before
        assert change.action == "edit"
        assert change.line == 2
        assert change.confidence is None or 0 <= change.confidence <= 1
    repaired = zhnorm.normalize("看\n" + GARBLED, only="repair").text
    for change in outcome.changes:
        if change.stage == "convert":
            assert repaired[change.start : change.end] == change.before


def test_places_in_bytes_with_a_mark_are_those_of_the_text() -> None:
    outcome = zhnorm.normalize(b"\xef\xbb\xbf" + "一電\n".encode(), to="zh-Hans")
    (change,) = outcome.changes
    assert (change.start, change.end) == (1, 2)


def test_places_in_a_text_worked_on_in_groups() -> None:
    line = "今天天气很好，我们去公园散步。\n"
    text = line * 200_000 + "電腦\n"
    assert len(text.encode()) > 8 << 20
    outcome = zhnorm.normalize(text, to="s2t")
    for change in outcome.changes[:3] + outcome.changes[-3:]:
        assert text[change.start : change.end] == change.before


def test_flags_are_seen_and_left_alone() -> None:
    text = "今天的天气锟斤拷锟斤拷很好。"
    outcome = zhnorm.normalize(text)
    assert outcome.text == text
    assert not outcome.changed
    (flag,) = outcome.flags
    assert flag.action == "flag"
    assert text[flag.start : flag.end] == flag.before
    assert outcome.counts == {}


def test_surrogates(hans: Normalizer) -> None:
    text = "a\ud800電\udfff"
    assert hans(text) == "a\ufffd电\ufffd"
    outcome = hans.normalize(text)
    assert outcome.text == "a\ufffd电\ufffd"
    assert outcome.changed
    flags = [c for c in outcome.flags if c.rule == "surrogate"]
    assert [(c.start, c.end, c.before) for c in flags] == [(1, 2, "\\ud800"), (3, 4, "\\udfff")]
    assert hans("plain\ud800") == "plain\ufffd"
    assert hans("\ud83d\ude00") == "\U0001f600"
    assert hans.batch(["\ud800", "電"]) == ["\ufffd", "电"]


def test_without_changes_they_are_counted(hans: Normalizer) -> None:
    outcome = hans.normalize(GARBLED, changes=False)
    assert outcome.changes == ()
    assert outcome.counts == hans.normalize(GARBLED).counts
    assert outcome.text == REPAIRED


def test_batch(hans: Normalizer) -> None:
    same = "今天天气很好。"
    done = hans.batch(["電腦", None, same, GARBLED])
    assert done == ["电脑", None, same, REPAIRED]
    assert done[2] is same
    assert hans.batch([]) == []
    assert hans.batch(text for text in ["電"]) == ["电"]
    assert hans.batch(["電"] * 10_000) == ["电"] * 10_000
    with pytest.raises(TypeError, match=r"behind place 0.*not int"):
        hans.batch(["電", 3])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="one str"):
        hans.batch("電腦")


def test_types() -> None:
    normalizer = Normalizer()
    with pytest.raises(TypeError, match="not int"):
        normalizer(3)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="not list"):
        normalizer.normalize([])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not str"):
        zhnorm.detect("text")  # type: ignore[arg-type]
    for kind in (bytes, bytearray, memoryview):
        assert normalizer.normalize(kind("電腦\n".encode("big5"))).text == "電腦\n"


def test_threads(hans: Normalizer) -> None:
    wrong: list[str] = []

    def work() -> None:
        for _ in range(200):
            for text, want in [(GARBLED, REPAIRED), ("電腦" * 1000, "电脑" * 1000)]:
                done = hans(text)
                if done != want:
                    wrong.append(done)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_pickles_and_copies() -> None:
    normalizer = Normalizer(to="zh-TW", keep=["share"], protect="電腦")
    for again in (
        pickle.loads(pickle.dumps(normalizer)),
        copy.copy(normalizer),
        copy.deepcopy(normalizer),
    ):
        assert again == normalizer
        assert hash(again) == hash(normalizer)
        assert again("软件") == "軟體"
    assert Normalizer(to="zh-TW") != Normalizer(to="zh-HK")
    assert (Normalizer() == 3) is False


def test_is_frozen(hans: Normalizer) -> None:
    with pytest.raises(AttributeError):
        hans.to = "zh-Hant"  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        hans.normalize("x").text = ""  # type: ignore[misc]
