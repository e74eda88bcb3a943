"""Pictures of public repositories: labels, their evaluation, and speed."""
