"""The doctor's panel: what arrived, what is wrong with it, what to decide, and the report of it."""
