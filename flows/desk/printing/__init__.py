"""The print room and money at the desk: the print queue, scans, refunds."""
