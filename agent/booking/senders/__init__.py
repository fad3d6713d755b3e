"""Who writes: whom to believe, what is suspicious, and what is kept about them."""
