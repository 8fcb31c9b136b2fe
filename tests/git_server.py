"""A git server on loopback, as a person could run one: `git daemon` over a folder of bare repositories."""

import os
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
    command = ("git", "daemon", "--inetd", f"--base-path={base}", "--export-all", "--enable=receive-pack", str(base))
    environment = dict(os.environ)  # of the server, whatever its visitors change in theirs

    class Connection(socketserver.BaseRequestHandler):
        """One `git daemon` for each: the port is ours from the start, and no other process can take it."""

        def handle(self) -> None:
            silent = subprocess.DEVNULL
            subprocess.run(
                command, env=environment, stdin=self.request, stdout=self.request, stderr=silent, check=False
            )

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        try:
            yield f"git://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()


def objects_of(repository: Path) -> str:
    """Everything that can be reached or lies loose in `repository`, as text: to see that something is gone."""
    listed = subprocess.run(
        ["git", "-C", str(repository), "cat-file", "--batch-check", "--batch-all-objects"],
        capture_output=True,
        text=True,
        check=True,
    )
    return listed.stdout
