"""``python -m modelsearch``: the same as the ``modelsearch`` command."""

from modelsearch.cli.main import main

if __name__ == "__main__":
    main()
