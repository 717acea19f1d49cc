"""Data subjects' rights: requests, erasure, export, objections, and the table of all personal data."""
