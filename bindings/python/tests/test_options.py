import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

import zhnorm
from zhnorm import Error, Normalizer, normalize


def test_options_are_those_of_the_command() -> None:
    assert normalize("電腦软件", to="s2t").text == "電腦軟件"
    assert normalize("說「好」", to="zh-Hans", quotes="curly").text == "说“好”"
    assert normalize("台湾公布计划", to="zh-TW").text == "台灣公布計畫"
    assert normalize("台湾公布计划", to="zh-TW", spelling="opencc").text == "臺灣公佈計劃"
    assert normalize("電腦網絡", to="zh-Hans", protect=["電腦"]).text == "電腦网络"
    assert normalize("電腦", to="zh-Hans", skip="convert").text == "電腦"
    assert normalize("電腦", to="zh-Hans", only=["repair"]).text == "電腦"
    assert normalize("電腦\n".encode("big5"), encoding="big5").text == "電腦\n"
    assert Normalizer(to=None) == Normalizer()


def test_signature_and_stub_name_every_option() -> None:
    with pytest.raises(Error) as caught:
        Normalizer(jobs=1)  # type: ignore[call-arg]
    keys = str(caught.value).partition("the keys are ")[2].replace("-", "_").split(", ")
    of_runs = {"emit", "glob", "hidden", "ignore", "override"}
    named = set(re.findall(r"(\w+)=None", Normalizer.__text_signature__ or ""))
    assert named == set(keys) - of_runs
    stub = Path(zhnorm.__file__).with_name("_zhnorm.pyi").read_text("utf-8")
    options = stub.partition("class _Options")[2].partition("class Error")[0]
    assert set(re.findall(r"^    (\w+):", options, re.MULTILINE)) == named


def test_mistakes_are_named() -> None:
    with pytest.raises(Error, match="zh"):
        Normalizer(to="zh")
    with pytest.raises(ValueError, match="did you mean `to`"):
        Normalizer(too="zh-Hans")  # type: ignore[call-arg]
    with pytest.raises(Error, match="repiar"):
        Normalizer(only=["repiar"])
    with pytest.raises(Error, match="not both"):
        Normalizer(only="repair", skip="strip")
    with pytest.raises(Error, match="no such file"):
        Normalizer(dict="missing.txt")
    with pytest.raises(TypeError, match="keep"):
        Normalizer(keep=object())  # type: ignore[arg-type]


def test_a_rule_of_ones_own() -> None:
    rule = {"name": "promotion.own", "about": "Ours.", "lines": ["本站内部水印行"]}
    text = "昨天下了雪，路上的车开得很慢。\n本站内部水印行\n孩子们在路边堆雪人。\n"
    outcome = normalize(text, rule=[rule])
    assert outcome.text == "昨天下了雪，路上的车开得很慢。\n孩子们在路边堆雪人。\n"
    (change,) = outcome.changes
    assert (change.stage, change.rule, change.action) == ("strip", "promotion.own", "drop")
    assert text[change.start : change.end].rstrip("\n") == "本站内部水印行"


def test_a_configuration_travels_with_its_dictionaries(tmp_path: Path) -> None:
    config = tmp_path / "zhnorm.toml"
    config.write_text('to = "zh-Hans"\ndict = "own.txt"\n', "utf-8")
    own = tmp_path / "own.txt"
    own.write_text("電腦\t计算机\n", "utf-8")
    normalizer = Normalizer.from_config(config)
    assert normalizer("電腦") == "计算机"
    assert Normalizer.from_config(str(config), to="zh-Hant")("简体") == "簡體"
    pickled = pickle.dumps(normalizer)
    config.unlink()
    own.unlink()
    # Another process, as on another machine.
    code = "import pickle, sys; print(pickle.loads(sys.stdin.buffer.read())('電腦'))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], input=pickled, capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == "计算机"


def test_a_configuration_with_a_mistake(tmp_path: Path) -> None:
    config = tmp_path / "zhnorm.toml"
    config.write_text('\nencodign = "gbk"\n', "utf-8")
    with pytest.raises(Error, match=r"zhnorm.toml:2: unknown key `encodign`"):
        Normalizer.from_config(config)
    with pytest.raises(Error, match="no such file"):
        Normalizer.from_config(tmp_path / "missing.toml")
