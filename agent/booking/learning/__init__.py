"""What decisions teach, and where automatic booking rests."""
