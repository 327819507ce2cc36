"""Sampling: schedules, solvers, guidance, conditioning. Knows no model family."""
