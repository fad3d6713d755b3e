"""Orders, from the paper to what the buyer is told: verified, changed, called off, filed."""
