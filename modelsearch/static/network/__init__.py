"""What is trained: layers, families, sizes, techniques, task."""
