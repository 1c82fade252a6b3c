"""The corpus of hard files, where it is present, and a table of what each gave."""
