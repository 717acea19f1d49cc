"""What a letter costs, and the tariff it is reckoned from."""
