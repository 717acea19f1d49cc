"""Messages on their way to people: sent, acknowledged, and looked for where an answer was lost."""
