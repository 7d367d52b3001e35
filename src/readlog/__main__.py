"""`python -m readlog` is the same program as `readlog`."""

from readlog.cli import main

if __name__ == "__main__":
    main()
