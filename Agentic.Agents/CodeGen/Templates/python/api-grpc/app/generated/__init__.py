"""Made from proto/ by `make proto`; not committed."""

import sys
from pathlib import Path

# The modules that protoc writes import each other by their bare names.
sys.path.insert(0, str(Path(__file__).parent))
