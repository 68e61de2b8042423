"""Python source, read as a syntax tree."""
