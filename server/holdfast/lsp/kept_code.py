"""The code of classes: compiled once for an installation, not at every start.

attrs, cattrs and dataclasses write the methods of each class as Python and compile it, at every start anew. For the 550
types of LSP and some 200 of ours that takes longer than all else there is to import. Python keeps what it compiles of a
file beside that file; what these compile comes from none. So while the sidecar starts, the `compile` and `exec` that they
call are ours: code whose very source was compiled at an earlier start comes from a file beside this module's own
bytecode, as trusted as that; other code is compiled as ever, and kept for the next time.
"""

import __future__

import builtins
import importlib
import linecache
import logging
import marshal
import sys
import zlib
from collections.abc import Callable, Mapping
from hashlib import blake2b
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

logger = logging.getLogger(__name__)

_HEAD: Final = b"holdfast kept code 1\n" + MAGIC_NUMBER
_SUM_BYTES: Final = 4
_KEY_BYTES: Final = 32
_NEVER_KNOWN: Final = 0.01
"""The share of what is another source at every start, because attrs writes a hash into it that is."""
_MOST_TIMES: Final = 2
"""How much more than one start uses is kept: two environments may share a source folder."""

Key = bytes
"""A digest of a source, the name of its file, and the compiler's flags."""


class KeptCode:
    """`stand_in` before the first class is made; `step_aside` once the start is over; then `save`, in any thread."""

    def __init__(self, file: Path | None) -> None:
        """Nothing is kept where `file` is None."""
        self._file = file
        self._known: dict[Key, CodeType] = {}
        self._used: dict[Key, CodeType] = {}
        self._missed = 0
        self._places: list[tuple[ModuleType, str]] = []

    def stand_in(self) -> None:
        """Compile for the three from now on."""
        self._known = _read(self._file) if self._file is not None else {}
        self._place("attr._make", "compile", self._compiler)
        self._place("cattrs.gen", "compile", self._compiler)
        self._place("dataclasses", "exec", self._executor)

    def step_aside(self) -> None:
        """Leave them to Python's own again."""
        for module, name in self._places:
            delattr(module, name)
        self._places.clear()
        linecache.clearcache()  # attrs keeps all that it wrote there, for debuggers: some megabytes

    def save(self) -> None:
        """Keep what was compiled anew, if anything was. Where that cannot be, the next start compiles again."""
        known, used = self._known, self._used
        self._known, self._used = {}, {}
        if self._missed <= len(used) * _NEVER_KNOWN or self._file is None or sys.dont_write_bytecode:
            return
        both = {**known, **used}
        try:
            _write(self._file, both if len(both) <= _MOST_TIMES * len(used) else used)
        except OSError as error:
            logger.debug("compiled code is not kept for the next start: %s", error)

    def _place(self, module_name: str, name: str, made: Callable[[int], Callable[..., object]]) -> None:
        """Put ours before the builtin of this name, for one module alone."""
        try:
            module = importlib.import_module(module_name)
        except ImportError:  # another version of it, arranged in another way
            return
        setattr(module, name, made(_future_flags(module)))
        self._places.append((module, name))

    def _compiler(self, flags: int) -> Callable[..., object]:
        def compile_kept(*asked: Any, **options: Any) -> object:
            match asked:
                case (str(source), str(name), "exec") if not options:
                    return self._code(source, name, flags)
            return builtins.compile(*asked, **options)

        return compile_kept

    def _executor(self, flags: int) -> Callable[..., None]:
        def execute_kept(source: Any, *names: Any, **options: Any) -> None:
            code = self._code(source, "<string>", flags) if isinstance(source, str) else source
            builtins.exec(code, *names, **options)  # noqa: S102 - what dataclasses would execute

        return execute_kept

    def _code(self, source: str, name: str, flags: int) -> CodeType:
        key = blake2b(f"{flags} {name}\n{source}".encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()
        code = self._known.get(key)
        if code is None:
            self._missed += 1
            code = builtins.compile(source, name, "exec", flags, dont_inherit=True)
        self._used[key] = code
        return code


def beside(module_file: str) -> Path | None:
    """Where the code kept for a module lies: with its bytecode. None where Python keeps none."""
    try:
        return Path(cache_from_source(module_file)).with_suffix(".kept")
    except NotImplementedError:
        return None


def _future_flags(module: ModuleType) -> int:
    """What a module's own `from __future__ import` says of the code that it compiles."""
    flags = 0
    for name in __future__.all_feature_names:
        flag: int = getattr(__future__, name).compiler_flag
        if vars(module).get(name) is getattr(__future__, name):
            flags |= flag
    return flags


def _read(file: Path) -> dict[Key, CodeType]:
    """What was kept; nothing where the file is damaged, or another Python's."""
    try:
        data = file.read_bytes()
    except OSError:
        return {}
    body = memoryview(data)[len(_HEAD) + _SUM_BYTES :]
    if not data.startswith(_HEAD + _sum_of(body)):
        return {}
    try:
        kept: object = marshal.loads(body)  # noqa: S302 - ours, as are the .pyc files beside it
    except (EOFError, ValueError, TypeError) as error:  # whole, but not written as this Python would
        logger.debug("compiled code that was kept cannot be read: %s", error)
        return {}
    if not isinstance(kept, dict) or not all(isinstance(code, CodeType) for code in kept.values()):
        return {}
    return kept


def _write(file: Path, kept: Mapping[Key, CodeType]) -> None:
    body = marshal.dumps(dict(kept))
    file.parent.mkdir(parents=True, exist_ok=True)
    # Of two that write this at once one may fail or spoil it; the sum tells, and the next start mends it.
    written = file.with_suffix(".new")
    try:
        written.write_bytes(_HEAD + _sum_of(body) + body)
        written.replace(file)
    except OSError:
        written.unlink(missing_ok=True)
        raise


def _sum_of(body: bytes | memoryview) -> bytes:
    return zlib.crc32(body).to_bytes(_SUM_BYTES, "big")
