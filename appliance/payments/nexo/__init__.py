"""nexo Sale to POI in the Adyen local form: JSON over HTTPS to the terminal in the shop."""
