"""Words and their parts: texts, dates, digits, Turkish letters, the distance between two words."""
