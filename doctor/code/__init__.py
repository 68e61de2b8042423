"""What can be told from a function's code without running it."""
