"""Whole tasks through the real window, by mouse and keys, each judged by the file or picture."""
