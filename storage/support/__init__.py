"""Support as it is remembered: tickets, topics, pictures, templates, the staff."""
