"""``python -m khabardar`` and the ``khabardar`` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; errors we know end in one line and a status, never a traceback."""
    from khabardar.cli import app, run

    sys.exit(run(app))


if __name__ == "__main__":
    main()
