"""What chip cards, NFC tags and phones say, over whichever reader they are held to."""
