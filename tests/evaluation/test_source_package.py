from pathlib import Path

import pytest

from holdfast.evaluation.debian_source import fetch_debian, source_lines, source_lists
from holdfast.evaluation.source_package import SourcePackage, fetch_source
from holdfast.evaluation.third_party import PackageUnavailable


@pytest.mark.parametrize(
    "package",
    [
        SourcePackage("pypi", "--index-url=x", "1"),
        SourcePackage("npm", "--registry=x", "1.0.0"),
        SourcePackage("npm", "p", "latest"),
        SourcePackage("npm", "../p", "1.0.0"),
        SourcePackage("debian", "-oDir=x"),
        SourcePackage("debian", "../p"),
    ],
    ids=str,
)
def test_what_is_no_package_name_never_reaches_a_command_line(tmp_path: Path, package: SourcePackage) -> None:
    with pytest.raises(PackageUnavailable):
        fetch_source(package, tmp_path)


def test_without_apt_a_debian_package_is_said_to_be_out_of_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PackageUnavailable, match="has no apt-get"):
        fetch_debian("tmux", tmp_path / "place")


def test_without_npm_an_npm_package_is_said_to_be_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PackageUnavailable, match="has no npm"):
        fetch_source(SourcePackage("npm", "p", "1.0.0"), tmp_path / "place")


def test_the_upstream_version_and_archive_are_known_without_patches(tmp_path: Path) -> None:
    (tmp_path / "tmux").mkdir()
    for name in ("tmux_3.3a.orig.tar.gz", "tmux_3.3a-3.debian.tar.xz", "tmux_3.3a-3.dsc"):
        (tmp_path / "tmux" / name).touch()

    version, archives = fetch_debian("tmux", tmp_path)

    assert (version, [archive.name for archive in archives]) == ("3.3a", ["tmux_3.3a.orig.tar.gz"])


def test_the_machines_sources_are_asked_for_source_packages_alone(tmp_path: Path) -> None:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (parts / "debian.sources").write_text("Types: deb deb-src\nURIs: http://deb.example.org\nSuites: stable\n")
    (tmp_path / "sources.list").write_text("deb http://deb.example.org stable main\n# deb http://old.example.org x\n")
    (parts / "more.list").write_text("deb-src [signed-by=/k] http://more.example.org stable main\n")

    assert source_lists(tmp_path) == "Types: deb-src\nURIs: http://deb.example.org\nSuites: stable\n"
    assert source_lines(tmp_path).splitlines() == [
        "deb-src http://deb.example.org stable main",
        "# deb http://old.example.org x",
        "",
        "deb-src [signed-by=/k] http://more.example.org stable main",
    ]


def test_a_machine_without_sources_has_none(tmp_path: Path) -> None:
    assert (source_lists(tmp_path), source_lines(tmp_path)) == ("", "")
