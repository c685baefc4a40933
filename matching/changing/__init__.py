"""Changes to a draft, step by step, with their price."""
