"""``python -m rammevaerk`` is the command ``rammevaerk``."""

import sys

from rammevaerk.cli import main

sys.exit(main())
