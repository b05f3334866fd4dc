import os
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

import zhnorm

COMMAND = Path(sysconfig.get_path("scripts")) / "zhnorm"


def run(*arguments: str, text: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(COMMAND), *arguments], input=text, capture_output=True, encoding="utf-8", check=False
    )


def test_the_wheel_has_the_command() -> None:
    assert run("--version").stdout == f"zhnorm {zhnorm.__version__}\n"
    done = run("--isolated", "--to", "zh-Hans", text="電腦\n")
    assert (done.stdout, done.returncode) == ("电脑\n", 0)
    done = subprocess.run(
        [sys.executable, "-m", "zhnorm", "-V"], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == f"zhnorm {zhnorm.__version__}\n"


def test_exit_codes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("電腦\n", "utf-8")
    assert run("--isolated", "--to", "zh-Hans", "--check", str(tmp_path)).returncode == 1
    assert run("--isolated", "--check", str(tmp_path)).returncode == 0
    assert run("--no-such-flag").returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_stops_a_pipeline_at_once() -> None:
    with subprocess.Popen(
        [str(COMMAND), "--isolated"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == -signal.SIGINT
