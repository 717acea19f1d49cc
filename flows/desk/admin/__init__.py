"""What admins keep in order: members of the staff, alarms, the access log."""
