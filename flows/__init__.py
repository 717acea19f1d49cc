"""Flows decides: the conversation, the order and the rules, as pure values and tables."""
