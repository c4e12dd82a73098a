"""Remove the embedded installation's data: `make reset`, then `make run` starts over.

The home's PostgreSQL is stopped first; the directory of a running site is refused. Asks before it removes, unless --yes.
"""

import argparse
import shutil
import sys
from pathlib import Path

from components.local.home import Attendance, Home, LocalError, default_home
from components.local.postgres import Cluster


def reset(home):
    """Stop what a killed run left behind and remove the directory. Raises LocalError while a site or a command uses it."""
    Cluster(home).stop()  # only when nobody else uses it
    with home.lock():
        alone = not home.users.exists() or Attendance(home).leave()
    if not alone:
        raise LocalError(f"The site is running on {home.root}. Stop it first (Ctrl-C where it was started), then reset again.")
    shutil.rmtree(home.root)


def main():
    parser = argparse.ArgumentParser(prog="python -m components.operations.reset", description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="the installation's directory (default: SHUBBAK_HOME or the platform's data directory)")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args()
    home = Home((options.home or default_home()).expanduser().absolute())
    if not home.root.exists():
        print(f"Nothing to reset: {home.root} does not exist.")
        return
    if not home.keys.exists() and any(home.root.iterdir()):
        sys.exit(f"{home.root} is not an installation: nothing was removed.")
    if not options.yes and sys.stdin.isatty() and input(f"Remove every dossier, file and key in {home.root}? Type yes: ") != "yes":
        sys.exit("Nothing was removed.")
    try:
        reset(home)
    except LocalError as fault:
        sys.exit(str(fault))
    print(f"{home.root} was removed. `make run` starts over.")


if __name__ == "__main__":
    main()
