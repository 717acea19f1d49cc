"""The papers a sender can choose."""
