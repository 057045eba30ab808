"""ISO 8583 to the host of the shop's own cards: messages, the ledger of reversals, the dialogue."""
