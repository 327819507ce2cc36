"""Device and precision, folders, atomic files, seeds."""
