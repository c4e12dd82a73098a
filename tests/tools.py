"""The programs that the tests look through: a browser and PDF tools. Installed when they are absent and we may, else named.

Run by `make test` before pytest, and quiet when nothing is missing.
"""

import os
import shutil
import subprocess
import sys

LIGHT = "chromium-headless-shell"
# program -> Debian package. Chromium without windows asks a fifth less of the machine; the whole one does as well.
NEEDED = {LIGHT: LIGHT, "pdftotext": "poppler-utils", "pdfsig": "poppler-utils", "pdftoppm": "poppler-utils", "qpdf": "qpdf"}
OTHER_NAMES = {LIGHT: ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")}


def browser():
    """The path of a Chromium, or None."""
    return next((found for name in (LIGHT, *OTHER_NAMES[LIGHT]) if (found := shutil.which(name))), None)


def missing():
    return [program for program in NEEDED if not any(map(shutil.which, (program, *OTHER_NAMES.get(program, ()))))]


def main():
    packages = sorted({package for program, package in NEEDED.items() if not shutil.which(program)})
    if not packages:
        return None
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print(f"Installing {', '.join(packages)} ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]):
            done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
            if done.returncode != 0 and missing():
                return f"{' '.join(command)} failed: {done.stderr.strip()[-400:]}"
    if still := missing():
        remedy = f"Debian, Ubuntu: sudo apt-get install {' '.join(packages)}"
        return f"The tests need {', '.join(still)}. Install them ({remedy}), then run make test again."
    return None


if __name__ == "__main__":
    sys.exit(main())
