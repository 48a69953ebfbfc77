"""`python -m derivtex`: the command."""

from derivtex.cli import main

main(prog_name="derivtex")
