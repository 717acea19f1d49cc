"""Opening a letter: its table of states, its commands, its words."""
