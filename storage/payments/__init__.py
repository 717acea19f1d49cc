"""Money as it is kept: what institutions posted, and what they call our orders."""
