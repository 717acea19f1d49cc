"""Decisions of the staff side."""
