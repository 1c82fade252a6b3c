"""The planning document in the window: its rules, its identity, its findings and its versions."""
