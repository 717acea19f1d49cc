"""Counts for whoever watches the service: figures, alarms, status."""
