; Nothing is imported here.
