"""Three stories that the whole service plays on this machine, and the search for what is left of a person."""
