"""What every messenger has in common: the protocol it keeps, its rate limits, polling, downloads, message ids."""
