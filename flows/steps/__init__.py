"""One file for each question the sender is asked."""
