"""What there is in this Telegram: its people, bots, chats and messages, and a mailbox beside it."""
