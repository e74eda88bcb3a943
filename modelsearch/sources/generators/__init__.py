"""Reading what image generators write into their pictures, a module for each program."""
