"""EMV as the books have it: data objects, the kernel's rules, and the dialogue with a card. Pure."""
