"""`make reset` removes an installation that nobody uses, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from components.local.home import Home, LocalError, process_alive
from components.local.launch import start
from components.operations.reset import reset
from tests.backend import reachable_directory

ROOT = Path(__file__).resolve().parents[2]


def test_a_home_in_use_stays_and_an_unused_one_goes(tmp_path):
    with reachable_directory(tmp_path) as directory:
        home = Home(directory / "home")
        running = start(home.root, empty=True)
        try:
            with pytest.raises(LocalError, match="Stop it first"):
                reset(home)
            assert home.keys.exists()
        finally:
            running.stop()
        reset(home)
        assert not home.root.exists()


def test_what_a_killed_run_left_is_stopped_and_removed(tmp_path):
    with reachable_directory(tmp_path) as directory:
        home = Home(directory / "home")
        running = start(home.root, empty=True)
        running.process.kill()
        running.process.wait()
        postmaster = int((home.data / "postmaster.pid").read_text().splitlines()[0])
        reset(home)
        assert not home.root.exists()
        assert not process_alive(postmaster)


def test_a_directory_that_is_no_installation_is_left_alone(tmp_path):
    (tmp_path / "letters.txt").write_text("kept")
    command = [sys.executable, "-m", "components.operations.reset", "--home", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode != 0 and "is not an installation" in done.stderr
    assert (tmp_path / "letters.txt").exists()
