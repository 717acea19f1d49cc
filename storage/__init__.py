"""Storage remembers, sealed, and forgets on time."""
