import gzip
import io
import pickle
from pathlib import Path

import pytest

import zhnorm
from zhnorm import BinaryError, Error, Normalizer, UncertainEncodingError

TEXT = "今天的天气很好，我们一起去公园散步，看见了许多人。\n"
TRADITIONAL = "今天的天氣很好，我們一起去公園散步，看見了許多人。\n"


@pytest.fixture(scope="module")
def hans() -> Normalizer:
    return Normalizer(to="zh-Hans")


def test_detect() -> None:
    found = zhnorm.detect(TEXT.encode("gb18030"))
    assert found.encoding == "gb18030"
    assert 0.9 < found.confidence <= 1
    assert found.damaged == []
    assert found.evidence
    damaged = zhnorm.detect(TEXT.encode() + b"\xff" + TEXT.encode())
    assert damaged.encoding == "utf-8"
    assert damaged.damaged == [(len(TEXT.encode()), len(TEXT.encode()) + 1)]
    assert zhnorm.detect(b"\x7fELF\x02\x01\x01\x00" + bytes(64)).encoding == "binary"


def test_bytes(hans: Normalizer) -> None:
    outcome = hans.normalize(TRADITIONAL.encode("big5"))
    assert outcome.text == TEXT
    assert outcome.encoding == "big5"
    assert outcome.confidence > 0.9
    assert outcome.changed
    assert Normalizer().normalize(TEXT.encode("gb18030")).changed
    assert not Normalizer().normalize(TEXT.encode()).changed
    assert not Normalizer().normalize(b"\xef\xbb\xbf" + TEXT.encode()).changed


def test_errors() -> None:
    with pytest.raises(BinaryError):
        zhnorm.normalize(b"\x7fELF\x02\x01\x01\x00" + bytes(64))
    with pytest.raises(UncertainEncodingError):
        zhnorm.normalize("汉字".encode("gbk"), min_confidence=1.0)
    assert issubclass(BinaryError, zhnorm.Error)
    assert issubclass(UncertainEncodingError, zhnorm.Error)
    assert issubclass(zhnorm.Error, ValueError)


def test_undecodable_bytes_are_flagged() -> None:
    data = TEXT.encode() + b"\xff\n" + TEXT.encode()
    outcome = zhnorm.normalize(data)
    assert "\ufffd" in outcome.text
    flags = [flag for flag in outcome.flags if flag.stage == "decode"]
    assert [flag.before for flag in flags] == ["\\xFF"]
    assert data[flags[0].start : flags[0].end] == b"\xff"


def test_paths(hans: Normalizer, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(TRADITIONAL.encode("big5"))
    out = tmp_path / "b.txt"
    for outcome in (hans.file(source, out), hans.file(str(source), str(out))):
        assert outcome.text == TEXT
        assert outcome.encoding == "big5"
        assert out.read_bytes() == TEXT.encode()
    out.chmod(0o600)
    hans.file(source, out)
    assert out.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]
    with pytest.raises(FileNotFoundError, match=r"c\.txt"):
        hans.file(tmp_path / "c.txt")


def test_what_cannot_be_decoded_is_not_written_over_itself(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    damaged = TEXT.encode() * 3 + b"\xff\xfe\x9b\n"
    source.write_bytes(damaged)
    (tmp_path / "link.txt").symlink_to(source)
    normalizer = Normalizer()
    for out in (source, tmp_path / "link.txt", str(source)):
        with pytest.raises(Error, match="cannot be decoded"):
            normalizer.file(source, out)
        assert source.read_bytes() == damaged
    normalizer.file(source, tmp_path / "b.txt")
    assert "\ufffd" in (tmp_path / "b.txt").read_text("utf-8")


def test_file_objects(hans: Normalizer, tmp_path: Path) -> None:
    written = io.BytesIO()
    outcome = hans.file(io.BytesIO(TRADITIONAL.encode("big5")), written)
    assert outcome.text == TEXT
    assert written.getvalue() == TEXT.encode()
    assert hans.file(io.StringIO(TRADITIONAL)).text == TEXT
    page = tmp_path / "page.jsonl"
    page.write_text('{"text": "電腦"}\n', "utf-8")
    with page.open("rb") as opened:
        assert hans.file(opened).text == '{"text": "电脑"}\n'
    with pytest.raises(TypeError, match="not int"):
        hans.file(3)  # type: ignore[arg-type]


def test_packed_files_stay_packed(hans: Normalizer, tmp_path: Path) -> None:
    source = tmp_path / "a.txt.gz"
    source.write_bytes(gzip.compress(TRADITIONAL.encode()))
    out = tmp_path / "b.txt.gz"
    assert hans.file(source, out).text == TEXT
    assert gzip.decompress(out.read_bytes()).decode() == TEXT


def test_json_lines(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text('{"text": "電腦", "body": "網絡"}\n', "utf-8")
    want = '{"text": "電腦", "body": "网络"}\n'
    assert Normalizer(to="zh-Hans", field="body").file(source).text == want
    renamed = tmp_path / "a.dat"
    renamed.write_bytes(source.read_bytes())
    assert Normalizer(to="zh-Hans", field="body", format="jsonl").file(renamed).text == want


def test_output_encoding(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(TEXT, "utf-8")
    out = tmp_path / "b.txt"
    outcome = Normalizer(output_encoding="gb18030").file(source, out)
    assert outcome.text == TEXT
    assert out.read_bytes() == TEXT.encode("gb18030")
    source.write_text("한국\n", "utf-8")
    with pytest.raises(zhnorm.Error, match="U\\+"):
        Normalizer(output_encoding="gbk").file(source, out)


OVERRIDES = """to = "zh-Hans"

[[override]]
glob = ["taiwan/**"]
to = "zh-TW"

[[override]]
glob = ["*.dat"]
format = "jsonl"
field = ["body"]
"""


def overriding(folder: Path) -> Path:
    """A folder with a configuration that has overrides, and a folder that one of them matches."""
    (folder / "zhnorm.toml").write_text(OVERRIDES, "utf-8")
    (folder / "taiwan").mkdir()
    return folder / "zhnorm.toml"


def test_overrides_hold_for_the_files_that_they_match(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    normalizer = Normalizer.from_config(overriding(tmp_path))
    here, there = tmp_path / "a.txt", tmp_path / "taiwan" / "a.txt"
    for source in (here, there):
        source.write_text("打开电脑的软件。\n", "utf-8")
    assert normalizer.file(here).text == "打开电脑的软件。\n"
    assert normalizer.file(there).text == "打開電腦的軟體。\n"
    with there.open("rb") as opened:
        assert normalizer.file(opened).text == "打開電腦的軟體。\n"
    with there.open("rb", buffering=0) as opened:
        unnamed = io.BytesIO(opened.read())
    assert normalizer.file(unnamed).text == "打开电脑的软件。\n"
    assert normalizer("打开电脑的软件。") == "打开电脑的软件。"
    monkeypatch.chdir(tmp_path / "taiwan")
    assert normalizer.file("a.txt").text == "打開電腦的軟體。\n"
    # What is said in the call holds whatever matches.
    hant = Normalizer.from_config(tmp_path / "zhnorm.toml", to="zh-HK")
    assert hant.file(there).text == "打開電腦的軟件。\n"
    restored = pickle.loads(pickle.dumps(normalizer))
    assert restored.file(there).text == "打開電腦的軟體。\n"


def test_overrides_say_how_a_file_is_read(tmp_path: Path) -> None:
    normalizer = Normalizer.from_config(overriding(tmp_path))
    source = tmp_path / "a.dat"
    source.write_text('{"text": "電腦", "body": "網絡"}\n', "utf-8")
    assert normalizer.file(source).text == '{"text": "電腦", "body": "网络"}\n'
    out = io.BytesIO()
    assert normalizer.file(source, out).text.encode() == out.getvalue()


def test_a_mistake_in_an_override(tmp_path: Path) -> None:
    config = tmp_path / "zhnorm.toml"
    config.write_text('[[override]]\nglob = ["*.txt"]\nto = "zh"\n', "utf-8")
    with pytest.raises(zhnorm.Error, match=r"zhnorm\.toml: .*zh"):
        Normalizer.from_config(config)


def test_html(hans: Normalizer) -> None:
    menu = "<div id=menu><a href=/>首頁</a> <a href=/n>新聞</a> <a href=/s>體育</a></div>"
    page = (
        f"<html><head><title>雪後的早晨 - 晨報</title></head><body>{menu}<h1>雪後的早晨</h1>"
        f"<div><p>{TRADITIONAL}</p><p>{TRADITIONAL}</p><p>氣象台說，今天夜裡還會有一場小雪，請早上出門的人小心路滑。"
        "</p></div></body></html>"
    )
    want = f"雪后的早晨\n{TEXT}{TEXT}气象台说，今天夜里还会有一场小雪，请早上出门的人小心路滑。\n"
    assert hans.html(page.encode("big5")).text == want
    assert hans.html(page).text == want
    dated = page.replace(
        "<head>", "<head><meta property='article:published_time' content='2024-01-02T08:30'>"
    )
    outcome = hans.html(dated)
    assert (outcome.title, outcome.date) == ("雪后的早晨", "2024-01-02T08:30")
    listed = page.replace("<p>氣象", "<ol start=3><li>看<a href=/w>天氣</a></ol><p>氣象")
    markdown = hans.html(listed).markdown
    assert markdown is not None
    assert markdown.startswith(f"# 雪后的早晨\n\n{TEXT}\n{TEXT}\n3. 看[天气](/w)\n\n气象台")
    assert hans.normalize("雪").markdown is None
    assert (outcome.author, outcome.url) == (None, None)
    assert hans.normalize("雪").title is None
    with pytest.raises(TypeError, match="not None"):
        hans.html(None)  # type: ignore[arg-type]
