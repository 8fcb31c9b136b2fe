"""What the workspace holds: which files count, their definitions, and how to find them again."""
