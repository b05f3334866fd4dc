from typing import Any

import pytest

from zhnorm import Column, Error, Normalizer

pa = pytest.importorskip("pyarrow")

OLD = [
    "電腦",
    None,
    "今天天气很好。",
    "環(huán)境保護(hù)是每個(gè)人的責(zé)任，發(fā)展也是。",
    "",
]
NEW = ["电脑", None, "今天天气很好。", "环境保护是每个人的责任，发展也是。", ""]


@pytest.fixture(scope="module")
def hans() -> Normalizer:
    return Normalizer(to="zh-Hans")


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
def test_arrays(hans: Normalizer, kind: str) -> None:
    kind = getattr(pa, kind)()
    array = pa.array(OLD, kind)
    done = hans.array(array)
    assert isinstance(done, pa.Array)
    assert done.type == kind
    assert done.to_pylist() == NEW
    done.validate(full=True)
    # Of a slice only what it shows.
    assert hans.array(array[1:4]).to_pylist() == NEW[1:4]
    assert hans.array(array[:0]).to_pylist() == []


def test_chunks(hans: Normalizer) -> None:
    chunked = pa.chunked_array([OLD, [], OLD])
    done = hans.array(chunked)
    assert isinstance(done, pa.ChunkedArray)
    assert done.num_chunks == 3
    assert done.to_pylist() == NEW + NEW
    done.validate(full=True)


def test_words_of_a_dictionary(hans: Normalizer) -> None:
    array = pa.array(["電腦", "網絡", None, "電腦"]).dictionary_encode()
    done = hans.array(array)
    assert done.type == array.type
    assert done.to_pylist() == ["电脑", "网络", None, "电脑"]


def test_nothing_changed_is_no_copy(hans: Normalizer) -> None:
    array = pa.array(["天气"] * 1000)
    done = hans.array(array)
    assert done.buffers()[2].address == array.buffers()[2].address


def test_other_classes(hans: Normalizer) -> None:
    class Given:
        def __init__(self, array: Any) -> None:
            self.array = array

        def __arrow_c_array__(self, requested_schema: object = None) -> Any:
            return self.array.__arrow_c_array__(requested_schema)

    done = hans.array(Given(pa.array(OLD)))
    assert isinstance(done, Column)
    assert len(done) == 5
    assert pa.array(done).to_pylist() == NEW
    assert pa.chunked_array(done).to_pylist() == NEW

    class Stream:
        def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
            return pa.chunked_array([OLD, OLD]).__arrow_c_stream__(requested_schema)

    done = hans.array(Stream())
    assert isinstance(done, Column)
    assert pa.array(done).to_pylist() == NEW + NEW
    assert pa.chunked_array(done).num_chunks == 2
    done.__arrow_c_stream__()  # handed out and never read


def test_what_is_no_text(hans: Normalizer) -> None:
    with pytest.raises(Error, match="this one is Int64"):
        hans.array(pa.array([1, 2]))
    with pytest.raises(TypeError, match="not list"):
        hans.array(OLD)  # type: ignore[arg-type]
    assert hans.array(pa.nulls(3)).to_pylist() == [None] * 3


def test_polars(hans: Normalizer) -> None:
    pl = pytest.importorskip("polars")
    series = pl.Series("text", OLD)
    done = hans.array(series)
    assert isinstance(done, pl.Series)
    assert done.name == "text"
    assert done.to_list() == NEW
    both = hans.array(pl.concat([series, series], rechunk=False))
    assert both.to_list() == NEW + NEW
