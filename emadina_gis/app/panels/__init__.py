"""Panels of the window, one module each: they show the store and send it commands."""
