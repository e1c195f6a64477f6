"""`python -m assetmap`: the command line."""

from assetmap.cli import main

if __name__ == "__main__":
    main()
