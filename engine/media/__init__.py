"""Clips, images and sounds as lazy values; decode, encode, conform, probe."""
