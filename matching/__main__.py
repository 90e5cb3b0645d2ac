"""`python -m matching …`"""

import sys

from matching.command.cli import main

sys.exit(main())
