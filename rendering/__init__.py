"""Rendering draws: a letter becomes print-ready PDF bytes."""
