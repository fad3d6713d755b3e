"""Deliveries: confirmations, proofs, what is late, and what comes back."""
