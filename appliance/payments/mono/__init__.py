"""monobank acquiring: an invoice that the customer pays from a QR code, and the bank's word on it."""
