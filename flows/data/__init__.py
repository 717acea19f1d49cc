"""Facts the rules look up: postcodes and tariffs, as files with their source and date."""
