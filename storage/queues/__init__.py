"""What waits to be done: messages, jobs, desk events, keys to shred, moved chats."""
