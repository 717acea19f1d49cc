"""The customer bot, on aiogram."""
