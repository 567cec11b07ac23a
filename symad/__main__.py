"""``python -m symad``."""

import sys

from symad.cli import main

if __name__ == "__main__":
    sys.exit(main())
