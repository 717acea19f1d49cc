"""A letter while it is written: its running line, and what is asked about its messages."""
