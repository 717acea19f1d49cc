"""Keys: the master key, the keyring, and the vault that seals and opens with them."""
