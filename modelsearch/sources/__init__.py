"""One module per kind of artefact; each turns files into records, and none touches the database."""
