"""A script's text as parsed files: modules, imports, notebooks, versions."""
