"""The few dialogs there are: choosing files, and asking before work is lost."""
