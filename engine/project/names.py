"""What names in a project look like."""

from __future__ import annotations

import re

NODE_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")
TYPE_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
"""Of parameters, inputs and outputs."""
