"""What single libraries mean: what their calls return, what they run, how they are configured."""
