"""Senders: people, their conversations, orders, previews, and the updates already seen."""
