"""From the print outbox to paper: sinks and dispatch."""
