"""Data subjects' requests: their table of states, their commands, their words."""
