"""Speech families: text to natural voices."""
