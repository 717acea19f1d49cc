"""Slow work and what is repeated: drawing, mailing, asking the bank, forgetting in time."""
