"""The drawing processes: a pool in the service, and the workers it starts, limits and replaces."""
