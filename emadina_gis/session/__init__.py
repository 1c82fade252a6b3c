"""The running state: store, history, commands, view, settings, jobs; no Qt, no widgets."""
