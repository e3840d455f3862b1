"""Data made up for tests and benchmarks. Nothing here runs in a class."""
