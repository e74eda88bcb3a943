"""Reading what experiments leave: one module a kind, each with recognise() and read()."""
