"""The best pairs for any weights, with prices that prove it."""
