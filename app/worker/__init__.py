"""Renders and looks: on threads of the window's process, or in a process of their own."""
