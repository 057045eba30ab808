"""A window on the codecs of payments, cards and QR codes, for technicians and tests."""
