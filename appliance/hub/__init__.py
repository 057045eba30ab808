"""Several tills of one shop: stock, suspended baskets, customers and prices shared on the local network,
with or without the internet (docs/shop/several-tills.md)."""
