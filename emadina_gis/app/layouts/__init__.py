"""The page editor: frames of printed sheets, moved and filled on the page as it will print."""
