"""A git server on loopback, as a person could run one: `git daemon` over a folder of bare repositories."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_STARTS_WITHIN_S: Final = 20.0


def has_git_daemon() -> bool:
    """Whether this git can serve."""
    place = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True).stdout.strip()
    return (Path(place) / "git-daemon").exists()


def git(folder: Path, *arguments: str) -> str:
    """What `git ARGUMENTS` prints in `folder`."""
    ran = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
    return ran.stdout


def make_bare(folder: Path) -> Path:
    """A new bare repository that anybody may push to."""
    subprocess.run(["git", "init", "--quiet", "--bare", "--template=", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "config", "daemon.receivepack", "true"], check=True)
    return folder


@contextmanager
def serve(base: Path) -> Iterator[str]:
    """Serve what lies in `base`; yields the URL of it, which ends with "/"."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        "git",
        "daemon",
        "--listen=127.0.0.1",
        f"--port={port}",
        f"--base-path={base}",
        "--export-all",
        "--reuseaddr",
    ]
    server = subprocess.Popen([*command, "--enable=receive-pack", str(base)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"git://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def objects_of(repository: Path) -> str:
    """Everything that can be reached or lies loose in `repository`, as text: to see that something is gone."""
    listed = subprocess.run(
        ["git", "-C", str(repository), "cat-file", "--batch-check", "--batch-all-objects"],
        capture_output=True,
        text=True,
        check=True,
    )
    return listed.stdout
