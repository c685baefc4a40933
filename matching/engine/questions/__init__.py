"""What people ask about a matching: why, what else, at what price."""
