"""How a command ends: exit codes, and the error that becomes one sentence and one of them."""

NO = 1
"""It was done, and the answer is no: a difference, a refused file, nothing that runs."""

CANNOT = 2
"""It cannot be done as asked or as things stand; the message says what to do."""

RUNS_ALREADY = 3
"""What was to be started runs already."""


class CannotRunError(Exception):
    """The program cannot do its work as things stand; the message says what to do."""

    exit_code = CANNOT
