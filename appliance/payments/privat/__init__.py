"""PrivatBank JSON ECR: terminals of Ukraine's largest acquirer, over TCP or a serial line."""
