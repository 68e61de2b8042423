"""What whoever writes a rule tries it with: small worlds, and what must be true of every rule in them."""
