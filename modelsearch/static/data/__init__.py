"""Which data a script trains on."""
