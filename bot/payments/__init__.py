"""Payment links: one file for each licensed institution."""
