"""``python -m modelsearch``: the same as the ``modelsearch`` command."""

if __name__ == "__main__":
    import os
    import sys

    # ``-m`` looks for modules in the working folder first. That may be a stranger's folder, whose
    # ``json.py`` must not run; it stays only where this package itself lies there.
    if not sys.flags.safe_path and sys.path[0] != __file__.rsplit(os.sep, 2)[0]:
        del sys.path[0]

    from modelsearch.cli.main import main

    main()
