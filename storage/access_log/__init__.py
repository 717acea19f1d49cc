"""The access log: who looked at what and why, chained so that no line can go unnoticed."""
