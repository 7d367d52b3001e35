"""The command line: the program, its options, and one thin file per command in `commands`."""

from readlog.cli.app import main as main
