"""Support: tickets, answers, templates, and messages relayed between senders and agents."""
