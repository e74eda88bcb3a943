"""Keys, tokens and passwords in indexed files: found, and masked before anything is stored."""
