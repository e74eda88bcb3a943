"""What flows through the program: plain data, without input or output."""
