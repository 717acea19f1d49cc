"""Bot talks: everything that touches the outside world."""
