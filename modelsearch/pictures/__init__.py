"""Pictures: what their names say, whose they are, what they look like, and looking at them."""
