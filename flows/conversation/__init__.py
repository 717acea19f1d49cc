"""The conversation's state machine: its journey, its commands, and what it says unasked."""
