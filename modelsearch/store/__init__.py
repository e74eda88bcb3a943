"""The one database file: opening, migrating, writing and reading rows."""
