"""``python -m zhnorm``: the command."""

import sys

from zhnorm._command import main

sys.exit(main())
