"""A class in progress, a module for each screen; and the network that is tried before it."""
