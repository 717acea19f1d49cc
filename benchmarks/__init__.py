"""What docs/figures.md comes from."""
