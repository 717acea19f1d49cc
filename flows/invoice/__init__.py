"""Invoices: in whose name they are, what they say, and how a price falls into net amount and VAT."""
