"""The running service: the only place that builds its parts and joins them."""
