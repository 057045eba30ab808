"""Caisse-AP over IP: the association du paiement's protocol of France, over TCP."""
