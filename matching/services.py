"""Every change to what is matched."""
