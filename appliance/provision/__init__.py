"""A card that knows its shop: the provisioning file, whoever writes it, and a till's first boot."""
