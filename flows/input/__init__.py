"""What a person gives us, read and checked: a date of birth, a telephone number, an e-mail address, a letter."""
