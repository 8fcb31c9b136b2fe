"""The files and the words that a text mentions: by them a remembered sentence meets the place where it matters."""

from functools import lru_cache
from typing import Final

from holdfast.sessions.memory.late_pattern import compiled

_PATH: Final = r"(?<![\w/:.@-])(?:\.{0,2}/|~/)?(?:[\w@+.-]{1,80}/){0,12}[\w@+-][\w@+.-]{0,79}(?![\w/])"
_FILE: Final = (
    r"(?i)[\w@+.-]*[\w@+-]\.(?:py|pyi|js|jsx|mjs|cjs|ts|tsx|vue|svelte|go|rs|java|kt|kts|scala|c|h|cc|cpp|hpp|cs|rb|php|swift|"
    r"lua|zig|ex|exs|erl|hs|ml|clj|dart|sh|bash|ps1|sql|proto|graphql|html|css|scss|json|jsonc|toml|yaml|yml|xml|ini|cfg|"
    r"md|rst|txt|lock|gradle|tf|cmake|ipynb)"
)
_WORD: Final = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+"
_IDENTIFIER: Final = r"[^\W\d]\w*"
_MOST_PATHS: Final = 8
_LONGEST_PATH: Final = 300
_SHORTEST: Final = 3

STOP_WORDS: Final = frozenset(
    """a about above after again all also always am an and any are as at be because been before being below better both but by
    can code could did do does doing don done down each else even every few for from further get go going had has have having
    he her here him his how i if in instead into is it its itself just keep let like ll make may me more most must my never
    new no nor not now of off on once one only or other our out over own please prefer put rather re same shall she should so
    some still stop such sure than that the their them then there these they thing this those through to too two under until
    up us use used using ve very want was way we well were what when where which while who why will with would yes yet you
    your decided decision agreed
    aber als am auf aus bei bin bis da das dass dem den der des die dies doch du ein eine einem einen einer es für hat ich ihr
    im in ist ja kein keine man mit nach nicht noch nur oder sich sie sind so statt und uns von war was wenn wie wir wird zu zum
    zur immer nie niemals ab jetzt bitte
    au aux avec ce ces cette dans de des du elle en est et il je la le les leur mais ne nous on ou par pas plus pour que qui sa
    se ses son sur toujours jamais un une vous au lieu
    al como con del el ella es esta este hay la las lo los más muy ni no nos para pero por que se si sin su sus un una usar y ya
    siempre nunca lugar""".split()  # noqa: SIM905 - a paragraph of words
)


def paths_in(text: str) -> tuple[str, ...]:
    """The files and folders that `text` names, with "/", each once; at most eight."""
    found: dict[str, None] = {}
    for match in compiled(_PATH).finditer(text.replace("\\", "/")):
        path = match.group().rstrip(".")
        if _is_path(path):
            found[path.removeprefix("./")[:_LONGEST_PATH]] = None
        if len(found) == _MOST_PATHS:
            break
    return tuple(found)


def words_in(text: str) -> list[str]:
    """The words of `text` that tell something, lower case, in order: names whole and in their parts, no stop words."""
    words: list[str] = []
    for name in compiled(_IDENTIFIER).findall(text):
        words += _words_of(name)
    return words


def names_in(text: str) -> list[str]:
    """The same for names as a whole: `MySQL` is one thing, and `SQLite` another."""
    names = (stem(name.lower()) for name in compiled(_IDENTIFIER).findall(text) if len(name) >= _SHORTEST)
    return [name for name in names if name not in STOP_WORDS]


@lru_cache(maxsize=20_000)
def _words_of(name: str) -> tuple[str, ...]:
    parts = [part.lower() for part in compiled(_WORD).findall(name)]
    whole = name.lower()
    known = dict.fromkeys([whole, *parts] if len(parts) > 1 else [whole])
    return tuple(stem(word) for word in known if len(word) >= _SHORTEST and word not in STOP_WORDS)


def stem(word: str) -> str:
    """`word` without the plural's s: `tests` and `test` are one."""
    return word[:-1] if len(word) > _SHORTEST and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _is_path(text: str) -> bool:
    if compiled(_FILE).fullmatch(text.rpartition("/")[2]):
        return True
    return text.count("/") > 1 and not text.startswith("//")
