"""Sound values, generators, processing, mixing and loudness."""
