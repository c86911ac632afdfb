"""``python -m zkos.cli``: the command line without an installed script."""

from zkos.cli.main import main

if __name__ == "__main__":
    main()
