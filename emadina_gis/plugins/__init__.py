"""The door for others' code: what it may use, what it says of itself, and how it is shut again."""
