"""What screens are made of: bars, two virtual data views, and a line to type in."""
