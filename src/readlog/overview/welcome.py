"""What a journal with nothing in it says."""

WELCOME = """\
The journal is empty. Three commands to try:

  readlog add "Conquered City" --author "Victor Serge" --rating 4.5
  readlog search serge
  readlog show 1

readlog add alone asks for everything; readlog -h shows the rest."""
