"""The door: whatever happens is taken in here, one event in one transaction."""
