"""An address: read from what a person has typed, checked, and laid out in lines for the envelope."""
