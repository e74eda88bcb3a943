"""Questions with labels, and how well they are understood."""
