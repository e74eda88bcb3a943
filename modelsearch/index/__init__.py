"""Indexing folders: discover, read, assemble, own, write; again only what changed."""
