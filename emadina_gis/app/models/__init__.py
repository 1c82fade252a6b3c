"""Qt item models over columns and layers: virtual, they copy nothing."""
