"""What a test drives: people's gestures, the clock, faults and questions, as JSON over HTTP."""
