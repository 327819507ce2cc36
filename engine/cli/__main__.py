"""`python -m engine.cli`: the same as `aiprod-engine`."""

import sys

from engine.cli.main import main

sys.exit(main())
