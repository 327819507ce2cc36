"""The built-in nodes, one module a palette category."""
