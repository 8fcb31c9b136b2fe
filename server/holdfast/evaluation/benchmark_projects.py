"""The projects that are measured on, and those that weights may be tuned on. None is in both."""

from dataclasses import dataclass
from typing import Final

from holdfast.evaluation.source_package import SourcePackage

SEED: Final = 2026
"""Draws projects and lines."""


@dataclass(frozen=True, slots=True)
class Group:
    """Projects of one language, of 40 source files and more, and how many of them are drawn."""

    language: str
    drawn: int
    candidates: tuple[SourcePackage, ...]


CANDIDATES: Final = (
    Group(
        "Python",
        2,
        (
            SourcePackage("pypi", "scrapy", "2.12.0"),
            SourcePackage("pypi", "trio", "0.27.0"),
            SourcePackage("pypi", "poetry", "1.8.5"),
            SourcePackage("pypi", "celery", "5.4.0"),
            SourcePackage("pypi", "hypothesis", "6.119.0"),
            SourcePackage("pypi", "networkx", "3.4.2"),
        ),
    ),
    Group(
        "TypeScript",
        1,
        (
            SourcePackage("npm", "@reduxjs/toolkit", "2.3.0", below="src"),
            SourcePackage("npm", "effect", "3.10.0", below="src"),
        ),
    ),
    Group(
        "JavaScript",
        1,
        (
            SourcePackage("npm", "eslint", "9.15.0", below="lib"),
            SourcePackage("npm", "webpack", "5.96.1", below="lib"),
            SourcePackage("npm", "mongoose", "8.8.2", below="lib"),
        ),
    ),
    Group(
        "Go",
        1,
        (
            SourcePackage("debian", "golang-github-prometheus-common"),
            SourcePackage("debian", "golang-github-go-git-go-git"),
            SourcePackage("debian", "golang-golang-x-net"),
            SourcePackage("debian", "syncthing"),
        ),
    ),
    Group("Rust", 1, (SourcePackage("debian", "rust-bat"), SourcePackage("debian", "rust-fd-find"))),
    Group("Java", 1, (SourcePackage("debian", "commons-io"), SourcePackage("debian", "libcommons-lang3-java"))),
    Group(
        "C",
        1,
        (SourcePackage("debian", "tmux"), SourcePackage("debian", "libuv1"), SourcePackage("debian", "redis")),
    ),
)
TUNING: Final = (
    SourcePackage("pypi", "flask", "3.1.2"),
    SourcePackage("pypi", "httpcore", "1.0.9"),
    SourcePackage("pypi", "rich", "13.9.4"),
    SourcePackage("pypi", "black", "24.10.0"),
    SourcePackage("pypi", "pytest", "8.3.3"),
    SourcePackage("pypi", "jinja2", "3.1.6"),
    SourcePackage("debian", "python-aiohttp"),
    SourcePackage("npm", "zod", "4.0.5", below="src"),
    SourcePackage("npm", "rxjs", "7.8.1", below="src"),
    SourcePackage("npm", "express", "4.21.1", below="lib"),
    SourcePackage("debian", "golang-github-spf13-cobra"),
    SourcePackage("debian", "golang-github-gin-gonic-gin"),
    SourcePackage("debian", "rust-clap"),
    SourcePackage("debian", "libcommons-codec-java"),
    SourcePackage("npm", "ox", "0.6.0", below="core"),
    SourcePackage("npm", "mocha", "10.8.2", below="lib"),
    SourcePackage("debian", "golang-github-spf13-viper"),
    SourcePackage("debian", "rust-exa"),
    SourcePackage("debian", "ripgrep"),
    SourcePackage("debian", "libevent"),
    SourcePackage("debian", "lua5.4"),
)
