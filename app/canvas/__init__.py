"""Between the project and the node canvas: what is shown of it, and what changes with an edit."""
