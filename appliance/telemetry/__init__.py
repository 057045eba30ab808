"""The till's wire to its fleet: the journal is the outbox, and nothing at the till waits for it."""
