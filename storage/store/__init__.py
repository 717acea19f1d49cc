"""The store: one transaction, and the writers that keep what was decided."""
