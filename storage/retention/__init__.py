"""What is kept how long, and how it is destroyed."""
