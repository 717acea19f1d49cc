"""Mail to the sender's own address."""
