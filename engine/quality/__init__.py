"""Technical and semantic checks of real files."""
