"""One function per menu action and command: ``(inputs, ctx) → result``; no widgets."""
