"""What a person looks at in a browser: the page, what is new on it, and its pictures."""
