"""What partners read about each other and about the hours that they share."""
