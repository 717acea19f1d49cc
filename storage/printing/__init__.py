"""Printing as it is remembered: the print outbox, scans, refunds that somebody waits for."""
