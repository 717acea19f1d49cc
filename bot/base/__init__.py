"""What every other room of bot leans on: the clock, the log, the metrics, the settings."""
