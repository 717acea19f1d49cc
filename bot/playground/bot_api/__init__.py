"""What a bot meets: the Bot API's methods, every request checked and every refusal in Telegram's words."""
