"""A typed message taken apart: its words, what stands besides the address, institutions, the place, the street line."""
