"""The staff bot, on python-telegram-bot."""
