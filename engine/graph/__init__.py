"""Specs from typed functions, the graph, its validation, execution, keys and cache."""
