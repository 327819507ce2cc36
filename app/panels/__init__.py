"""The panels of the window: each binds one widget to the document."""
