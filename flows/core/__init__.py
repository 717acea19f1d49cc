"""The types that everything else is made of: events, effects, states, steps, outgoing messages."""
