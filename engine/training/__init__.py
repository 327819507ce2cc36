"""Data sets, losses and loops that made the starter weights and make users' own."""
