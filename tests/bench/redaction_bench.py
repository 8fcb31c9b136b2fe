"""What redaction finds, what it takes by mistake, and what it costs: `python tests/bench/redaction_bench.py [--json FILE]`.

Recall: secrets made by tests/planted_secrets.py in the texts of tests/planted_documents.py; one counts as found when no ten
characters of it in a row are left. First contact: the cases of fixtures/redaction, which were written before the rules were
read and have been learnt from since. Cost: the dearest of texts that repeat a fragment. False alarms: everything found in released packages of strangers, which hold no secrets
worth the name. Packages that are not in build/bench yet are fetched.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from first_contact import later_contacts, near_misses, planted_contacts
from holdfast.evaluation.third_party import PackageUnavailable, fetch_package, read_package
from holdfast.redaction.redactor import RULES, RULES_VERSION, Redactor, find_secrets
from planted_documents import plant

_CACHE: Final = Path(__file__).resolve().parent.parent.parent / "build" / "bench"
_PACKAGES: Final = (
    ("black", "24.10.0"),
    ("click", "8.1.7"),
    ("django", "5.1.4"),
    ("flask", "3.1.2"),
    ("httpx", "0.28.1"),
    ("networkx", "3.4.2"),
    ("poetry", "1.8.5"),
    ("pytest", "8.3.3"),
    ("rich", "13.9.4"),
    ("scrapy", "2.12.0"),
    ("sqlalchemy", "2.0.36"),
    ("werkzeug", "3.0.6"),
)
_HELD_OUT: Final = "held out"
_REPEATS: Final = 3
_REPEATED: Final = 10_000
_PLAIN: Final = "The gateway retries three times, and `count_of(x)` says 7 of 12; see docs/retry.md.\n"
_BARE: Final = re.compile(r"AKIA[A-Z2-7]{16}|gh[pousr]_[A-Za-z0-9]{36}|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----")
"""What a scan with three patterns and nothing around it costs: the measure for speed, the same on every machine."""


def main() -> int:
    """Print recall by group, false alarms by rule and the speed; 1 when recall or false alarms miss their aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the numbers here")
    parser.add_argument("--seed", type=int, default=2027)
    parser.add_argument("--times", type=int, default=5, help="secrets of each kind in each place")
    parser.add_argument("--left", action="store_true", help="show what was left, by kind and place")
    options = parser.parse_args()
    recall = _recall(options.seed, options.times, show=options.left)
    contact = _first_contact(options.seed, show=options.left)
    cost = _cost()
    clean = _clean_code(show=options.left)
    report = {
        "rules": len(RULES),
        "rules_version": RULES_VERSION,
        "seed": options.seed,
        "recall": recall,
        "first_contact": contact,
        "cost": cost,
        "clean": clean,
    }
    if options.json is not None:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    formed = recall["token with a published form"]["share"]
    return 0 if formed >= 0.99 and recall["all but held out"]["share"] >= 0.95 and clean["false_per_mb"] <= 1 else 1


def _recall(seed: int, times: int, *, show: bool) -> dict[str, dict[str, float]]:
    redactor = Redactor(b"bench")
    planted: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    left: Counter[tuple[str, str, str]] = Counter()
    for one in plant(seed, times):
        groups = [one.group] if one.group.startswith(_HELD_OUT) else [one.group, "all but held out"]
        planted.update(groups)
        if one.is_gone_from(redactor.redact(one.text, conversation=one.is_conversation).text):
            gone.update(groups)
        else:
            left[one.group, one.kind, one.place] += 1
    print(f"{'recall':<46}{'planted':>9}{'gone':>9}{'share':>9}")
    for group, count in planted.items():
        print(f"{group:<46}{count:>9,}{gone[group]:>9,}{gone[group] / count:>9.4f}")
    if show:
        print("\n".join(f"  left: {count} {', '.join(where)}" for where, count in left.most_common(60)))
    return {
        group: {"planted": count, "gone": gone[group], "share": round(gone[group] / count, 4)}
        for group, count in planted.items()
    }


def _first_contact(seed: int, *, show: bool) -> dict[str, float]:
    redactor = Redactor(b"bench")
    planted, misses = [*planted_contacts(seed), *later_contacts(seed)], near_misses()
    left = [one for one in planted if one.left_in(redactor.redact(one.text, conversation=one.is_conversation).text)]
    false = [one for one in misses if find_secrets(one.text, conversation=one.is_conversation)]
    print(
        f"{'first contact, since learnt from':<46}{len(planted):>9,}{len(planted) - len(left):>9,}{1 - len(left) / len(planted):>9.4f}"
    )
    print(f"near misses: {len(false)} of {len(misses)} taken for secrets")
    if show:
        print("\n".join(f"  left: {one.name}" for one in left), *(f"  false: {one.name}" for one in false), sep="\n")
    return {"planted": len(planted), "gone": len(planted) - len(left), "near_misses": len(misses), "false": len(false)}


def _cost() -> dict[str, float | str]:
    """What the dearest of texts that repeat one fragment costs, and what plain text does, in microseconds a character."""
    fragments = {
        keyword + tail for rule in RULES for keyword in rule.keywords for tail in ("", "=", "=a1!", "A1 ", ": ")
    }
    fragments |= {
        name + tail for name in ("password", "api_key", "密码", "--pwd") for tail in ("=", "=a1!", '="', " is ")
    }
    by_cost = {one: _seconds([one * (_REPEATED // len(one))], scan=False) / _REPEATED * 1e6 for one in fragments}
    dearest = max(by_cost, key=by_cost.__getitem__)
    long = dearest * (_REPEATED * 10 // len(dearest))
    dear = _seconds([long], scan=False) / len(long) * 1e6
    plain = _seconds([_PLAIN * (_REPEATED * 10 // len(_PLAIN))], scan=False) / (_REPEATED * 10) * 1e6
    print(
        f"the dearest of {len(fragments):,} fragments repeated: {dearest!r}, {dear:.2f} µs a character; plain text {plain:.2f}"
    )
    return {
        "fragments": len(fragments),
        "dearest": dearest,
        "us_per_character": round(dear, 2),
        "us_plain": round(plain, 2),
    }


def _clean_code(*, show: bool) -> dict[str, float]:
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for name, version in _PACKAGES:
        try:
            texts[name] = [file.text for file in read_package(fetch_package(name, version, _CACHE))]
        except PackageUnavailable as error:
            print(f"{name}: {error}", file=sys.stderr)
    megabytes = sum(len(text) for package in texts.values() for text in package) / 1e6
    false: Counter[str] = Counter()
    for name, package in texts.items():
        for text in package:
            for found in find_secrets(text):
                false[found.rule] += 1
                if show:
                    print(f"  false: {name} {found.rule} {text[max(0, found.start - 40) : found.end]!r}")
    every = [text for package in texts.values() for text in package]
    seconds = min(_seconds(every, scan=False) for _ in range(_REPEATS))
    bare = min(_seconds(every, scan=True) for _ in range(_REPEATS))
    print(f"\nclean code of {len(texts)} packages, {megabytes:.1f} MB: {false.total()} false alarms, ", end="")
    print(
        f"{false.total() / megabytes:.2f} per MB ({', '.join(f'{count} {rule}' for rule, count in false.most_common())})"
    )
    print(
        f"{megabytes / seconds:.1f} MB/s; {seconds / bare:.1f} times a bare scan for three patterns ({megabytes / bare:.1f} MB/s)"
    )
    return {
        "megabytes": round(megabytes, 2),
        "false": false.total(),
        "false_per_mb": round(false.total() / megabytes, 3),
        "mb_per_s": round(megabytes / seconds, 2),
        "times_bare_scan": round(seconds / bare, 2),
    }


def _seconds(texts: list[str], *, scan: bool) -> float:
    started = time.process_time()
    for text in texts:
        if scan:
            _BARE.findall(text)
        else:
            find_secrets(text)
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
