"""The staff bot as Telegram knows it: what it hears, says and offers, and who is in its group."""
