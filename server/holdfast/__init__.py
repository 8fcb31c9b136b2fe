"""Holdfast: inline completions from a model on your own machine, fed with what your project knows."""

__version__ = "0.1.0"
