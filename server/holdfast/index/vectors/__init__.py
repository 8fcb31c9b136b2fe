"""Vectors of the index's chunks: kept in a file of their own, compared by direction."""
