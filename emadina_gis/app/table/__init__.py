"""The attribute table: its view, what it shows, editing, and the panels about its columns."""
