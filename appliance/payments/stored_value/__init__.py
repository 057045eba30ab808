"""The shop's one ledger of gift cards and vouchers, asked by each till before a card pays."""
