"""The command ``zhnorm`` that the wheel installs."""

import signal
import sys

from zhnorm._zhnorm import _run


def main() -> int:
    """Run the command with the arguments of this process and give its exit code."""
    # The command is stopped by Ctrl-C at once; Python would wait for it to end.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _run(["zhnorm", *sys.argv[1:]])
