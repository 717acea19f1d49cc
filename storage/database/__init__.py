"""The database: two dialects, one way to ask, and all tables."""
