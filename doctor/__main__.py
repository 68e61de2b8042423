"""``python -m doctor``: the same as the command ``doctor``."""

import sys

from doctor.cli.main import main

sys.exit(main())
