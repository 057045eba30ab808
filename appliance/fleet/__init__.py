"""The fleet's side, on a server of its own: collectors, store, authority, console and alerts."""
