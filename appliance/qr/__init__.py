"""Payment QR codes, read and written: EMVCo, NBU, EPC and Swiss. Pure."""
