"""After publication: the board, and partners for those who wait."""
