"""The web server, and the page on which an opened letter is shown once."""
