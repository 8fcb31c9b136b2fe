"""What an import means: its text as names, and the workspace files those names come from."""
