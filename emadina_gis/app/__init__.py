"""The window: PySide6 widgets, thin over the store and the view state."""
