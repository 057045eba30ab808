"""A code that the customer's bank reads: money arrives by transfer, and a person sees that it did."""
