"""AIPROD engine: everything that renders; importable and useful without a screen."""
