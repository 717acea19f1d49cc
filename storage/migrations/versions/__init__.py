"""One file per change of the drawers, in their order."""
