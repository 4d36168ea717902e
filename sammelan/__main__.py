"""python -m sammelan."""

from sammelan.main import main

main()
