"""Small questions to the index, one per file, and their answers fused."""
