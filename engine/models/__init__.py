"""Neural networks, one folder a family, and the registry that finds their weights."""
