"""What the inspector shows of nodes and project, apart from its widgets."""
