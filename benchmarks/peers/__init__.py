"""What somebody would write instead, as plainly as the libraries' manuals do."""
