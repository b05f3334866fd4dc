"""Runs the recipes of examples/python on generated rows, and compares each with doing nothing.

usage: recipes.py [--rows N] [--only NAME,...] [--times N]

Every recipe must give what `Normalizer.batch` gives. Prints a line for each: seconds of doing nothing, seconds
with the work, and their ratio.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from zhnorm import Evidence, Normalizer, line_keys

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "python"
sys.path.insert(0, str(EXAMPLES))
# Workers are processes of their own and import the recipes too.
os.environ["PYTHONPATH"] = os.pathsep.join([str(EXAMPLES), os.environ.get("PYTHONPATH", "")])

TABLES = ["pyarrow", "polars", "pandas", "duckdb", "datasets", "ray", "datatrove", "spark"]


def texts(path: Path, id_key: str = "id") -> dict[int, str | None]:
    """The texts of a Parquet file, or of a folder of them, by their ids."""
    table = pq.read_table(path, columns=[id_key, "text"])
    ids = [int(found) for found in table.column(id_key).to_pylist()]
    return dict(zip(ids, table.column("text").to_pylist(), strict=True))


def removed(path: Path) -> None:
    """Make room for an output."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def timed(
    name: str, run: Callable[[str, str, bool], None], source: Path, out: Path, times: int
) -> tuple[float, float]:
    """Seconds of doing nothing and of the work, after a run of each that is not counted."""
    best = {False: float("inf"), True: float("inf")}
    for attempt in range(1 + times):
        for work in (False, True):
            removed(out)
            start = time.perf_counter()
            run(str(source), str(out), work)
            if attempt:
                best[work] = min(best[work], time.perf_counter() - start)
    print(
        f"{name:<22} nothing {best[False]:6.2f} s   zhnorm {best[True]:6.2f} s   "
        f"{best[True] / best[False]:5.2f} x",
        flush=True,
    )
    return best[False], best[True]


def port() -> int:
    """A port that is free."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Cluster:
    """A standalone master of Spark with two workers, on this machine."""

    def __init__(self, folder: Path) -> None:
        """Start it."""
        import pyspark

        home = Path(pyspark.__file__).parent
        at = port()
        self.master = f"spark://127.0.0.1:{at}"
        self.processes: list[subprocess.Popen[bytes]] = []
        environment = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
        environment["PYSPARK_PYTHON"] = sys.executable
        start = [str(home / "bin" / "spark-class")]
        deploy = "org.apache.spark.deploy"
        commands = [
            [f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(at)],
            *(
                [f"{deploy}.worker.Worker", "--cores", "1", "--memory", "2g", "--host", "127.0.0.1"]
                + ["--work-dir", str(folder / f"worker{number}"), self.master]
                for number in range(2)
            ),
        ]
        for command in commands:
            ports = ["--webui-port", str(port())]
            log = (folder / f"log{len(self.processes)}").open("wb")
            self.processes.append(
                subprocess.Popen(
                    [*start, command[0], *ports, *command[1:]],
                    env=environment,
                    stdout=log,
                    stderr=log,
                )
            )
            time.sleep(5 if len(self.processes) == 1 else 1)

    def stop(self) -> None:
        """End it."""
        for process in reversed(self.processes):
            process.terminate()
            process.wait(30)


def check_evidence(source: Path) -> None:
    """Counting by Spark gives what counting here gives."""
    import evidence_with_spark
    import with_spark
    from pyspark.sql import functions as f

    spark = with_spark.session()
    pages = spark.read.parquet(str(source)).limit(3000)
    pages = pages.withColumn("site", f.regexp_extract("url", "//([^/]+)/", 1)).cache()
    evidence = evidence_with_spark.count(pages)
    here = Evidence()
    rows = [row.asDict() for row in pages.collect()]
    for row in rows:
        if row["text"] is not None:
            here.add(row["site"], line_keys(row["text"]))
    done = {row["id"]: row["text"] for row in evidence_with_spark.strip(pages, evidence).collect()}
    normalizer = Normalizer(to="zh-Hans")
    sites = {row["site"]: normalizer.for_site(here, row["site"]) for row in rows}
    wrong = [row["id"] for row in rows if done[row["id"]] != sites[row["site"]](row["text"])]
    counts = [evidence.documents(site) == here.documents(site) for site in sites]
    assert not wrong and all(counts) and len(sites) == 3, (wrong[:3], counts)
    print(
        f"evidence by Spark: {len(rows)} pages of {len(sites)} sites, as counted here", flush=True
    )


def check_warc(folder: Path) -> None:
    """Pages out of an archive."""
    import io

    import with_warc
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    page = "<html><title>雪</title><body><p>" + "昨天下了雪，路上的車開得很慢。" * 9
    archive = folder / "pages.warc.gz"
    with archive.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        headers = StatusAndHeaders(
            "200 OK", [("Content-Type", "text/html; charset=big5")], protocol="HTTP/1.1"
        )
        writer.write_record(
            writer.create_warc_record(
                "https://morning.example/1.html",
                "response",
                payload=io.BytesIO(page.encode("big5")),
                http_headers=headers,
            )
        )
    ((address, text),) = with_warc.articles(str(archive))
    assert address == "https://morning.example/1.html"
    assert "路上的车开得很慢" in text, text
    print("pages out of a WARC file: 1", flush=True)


def main() -> int:
    """Run them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--only")
    parser.add_argument("--times", type=int, default=2)
    arguments = parser.parse_args()
    wanted = (
        arguments.only.split(",") if arguments.only else [*TABLES, "cluster", "evidence", "warc"]
    )
    failed = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "in").mkdir()
        source, out = folder / "in" / "rows.parquet", folder / "out.parquet"
        import rows

        pq.write_table(rows.rows(arguments.rows), source)
        old = texts(source)
        new = dict(zip(old, Normalizer(to="zh-Hans").batch(old.values()), strict=True))
        for name in wanted:
            if name in TABLES:
                recipe = importlib.import_module(f"with_{name}")
                # datatrove reads folders, and its documents are never missing.
                given = source.parent if name == "datatrove" else source
                timed(name, recipe.run, given, out, arguments.times)
                done = texts(out)
                expected = {at: text for at, text in new.items() if text or name != "datatrove"}
                if done != expected:
                    failed.append(name)
        if "cluster" in wanted:
            import with_spark

            with_spark.session().stop()
            cluster = Cluster(folder)
            try:
                timed(
                    "spark, two workers",
                    lambda source, out, work: with_spark.run(source, out, work, cluster.master),
                    source,
                    out,
                    arguments.times,
                )
                with_spark.session(cluster.master).stop()
            finally:
                cluster.stop()
            if texts(out) != new:
                failed.append("cluster")
        if "evidence" in wanted:
            check_evidence(source)
        if "warc" in wanted:
            check_warc(folder)
    for name in failed:
        print(f"FAILED: {name}: other texts than Normalizer.batch gives", flush=True)
    print(f"recipes: {len(wanted) - len(failed)} passed, {len(failed)} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
