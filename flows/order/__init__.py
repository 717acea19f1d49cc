"""The order's state machine: what we promised, what has become of it, and what its sender hears."""
