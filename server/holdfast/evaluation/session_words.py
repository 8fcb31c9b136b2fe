"""What made-up sessions talk about: subjects of programs, what is decided about them, and how people put it.

An aspect says a decision once as it is written down, and twice as it is asked for months later, mostly in other words.
`{name}` is the function, `{noun}` and `{other}` are words of the subject, `{value}` a number.
"""

from typing import Final

TOPICS: Final[tuple[tuple[str, ...], ...]] = tuple(
    tuple(line.split())
    for line in (
        "invoice payment refund ledger currency tax receipt",
        "login token password tenant permission role cookie",
        "cache eviction entry shard replica quorum bucket",
        "migration schema column index constraint table view",
        "parser grammar lexer node visitor literal operator",
        "upload thumbnail image codec frame pixel palette",
        "queue worker job scheduler lease backlog ticket",
        "websocket channel presence broadcast subscriber heartbeat frame",
        "report export spreadsheet row header footer margin",
        "editor cursor selection buffer clipboard viewport gutter",
        "router middleware handler request response body session",
        "sensor reading calibration sample threshold drift gauge",
        "route vehicle stop timetable platform delay passenger",
        "recipe ingredient portion allergen pantry oven menu",
        "mailbox message attachment folder draft recipient signature",
        "compiler register instruction block branch loop spill",
        "renderer texture shader mesh camera light shadow",
        "catalogue product variant price discount basket stock",
        "patient appointment ward referral dosage chart clinic",
        "packet socket handshake congestion window retransmit peer",
        "search query ranking synonym facet snippet corpus",
        "plugin manifest extension hook sandbox registry version",
        "map tile marker layer projection polygon zoom",
        "audio track mixer fade tempo envelope filter",
    )
)

VERBS: Final = "apply build check close count delete fetch flush list load merge parse render resolve save send split sync update validate".split()  # fmt: skip  # noqa: SIM905

RARE: Final = """agate alder amber aspen auk avocet azurite badger basalt beryl bittern bramble bunting calcite cedar chert citrine
cobalt coot corncrake cowrie curlew cypress dabchick dipper dolomite dotterel dunlin dunnock egret eider elder feldspar fennel
fieldfare firecrest flint fulmar gabbro gadwall galena gannet garnet gneiss godwit goldcrest goosander granite grebe guillemot
gypsum halite harrier hawfinch hazel heather hematite heron hobby hornbeam ibis jackdaw jasper juniper kestrel kingfisher
kittiwake knapweed lapwing larch lignite linden linnet lovage magpie mallard marlin merlin mica moraine myrtle nightjar
nuthatch obsidian olivine onyx opal osprey ouzel peridot petrel pipit plover pochard ptarmigan puffin pumice pyrite quartz
quince razorbill redpoll redstart redwing rowan sanderling sandpiper schist scoter serin shale shearwater shelduck shoveler
shrike siskin skua smew snipe sorrel spinel spoonbill sycamore tansy teal tern topaz treecreeper turnstone twite wagtail
wheatear whimbrel whinchat whitethroat wigeon willow woodcock wryneck yarrow zircon""".split()  # noqa: SIM905

ASPECTS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "Let's go with exponential backoff and jitter in `{name}`, at most {value} attempts, because the {noun} service throttles us.",
        "how often does the {noun} call get repeated when the service is throttling us, and did we settle on backoff?",
        "what did we decide about retrying with backoff for the {noun}?",
    ),
    (
        "We keep the {noun} in `{name}` as integer cents; floating point lost {value} cents in the rounding test.",
        "why do we not store the {noun} as floats? something about rounding cents",
        "what was the reasoning for integers instead of floating point in the {noun} code",
    ),
    (
        "`{name}` must hold the advisory lock while it writes the {noun}, otherwise two workers race and we get duplicates after {value} runs.",
        "which lock did we say must be held when the {noun} gets written, to avoid the duplicates from racing workers?",
        "there was a race between two workers producing duplicate {noun} records, how did we fix it",
    ),
    (
        "From now on `{name}` streams the {noun} in chunks of {value} kilobytes instead of reading it whole: memory peaked at two gigabytes.",
        "did we choose to stream the {noun} rather than reading everything into memory, and in what chunk size?",
        "memory peaked because of the {noun}, what did we change to streaming",
    ),
    (
        "No, don't sort in `{name}`: the {noun} arrives ordered from the database, sorting again took {value} ms.",
        "are the {noun} rows already ordered by the database or do we have to sort them again",
        "why did you tell me not to sort the {noun} again",
    ),
    (
        "The timeout of `{name}` is {value} seconds because the {noun} provider answers slowly on Mondays.",
        "what timeout did we pick for the slow {noun} provider",
        "how long do we wait for the {noun} provider before timing out, and why so long?",
    ),
    (
        "We use UTC everywhere in `{name}`; the {noun} bug with daylight saving cost us {value} hours.",
        "what was agreed on timezones and daylight saving for the {noun}",
        "the {noun} was off by an hour in summer, which convention did we adopt for time zones?",
    ),
    (
        "`{name}` is idempotent now: the {noun} carries a key, and a second delivery within {value} minutes is ignored.",
        "how do we make sure that delivering the {noun} twice is harmless? I think there was an idempotency key",
        "idempotent delivery of the {noun}, what did we implement",
    ),
    (
        "The flaky test of `{name}` came from the {noun} fixture sharing a port; it binds port zero now, {value} green runs.",
        "why was the {noun} test flaky and what did the fixture share",
        "remember the flaky {noun} fixture? which port does it bind now",
    ),
    (
        "Pagination in `{name}` uses a keyset cursor over the {noun}, not an offset: page {value} took four seconds.",
        "did we prefer keyset cursors or offsets for paginating the {noun}",
        "why is paging through the {noun} not done with an offset?",
    ),
    (
        "We pinned the encoding in `{name}` to UTF-8 with replacement, since line {value} of the {noun} dump was Latin-1.",
        "which encoding problem did the {noun} dump have and how are bad bytes replaced",
        "the {noun} dump was latin-1 somewhere, how did we handle the encoding",
    ),
    (
        "`{name}` validates the {noun} at the boundary with a strict model and rejects unknown fields; that caught {value} typos.",
        "where do we validate the {noun}, and are unknown fields rejected?",
        "strict validation of the {noun} at the boundary, was that our rule",
    ),
    (
        "The feature flag for `{name}` stays off for the {noun} until {value} percent of traffic went through the canary.",
        "when may the {noun} feature flag be switched on, how much canary traffic do we need",
        "what was the canary rule for the {noun} flag?",
    ),
    (
        "I removed the global from `{name}`: the {noun} is passed by constructor, {value} tests needed a monkeypatch before.",
        "why did we get rid of the global {noun} and pass it by constructor instead",
        "the monkeypatching of the {noun} global, how did we refactor that",
    ),
    (
        "Deleting a {noun} in `{name}` is a soft delete with a purge after {value} days; legal wants it recoverable.",
        "do we purge a deleted {noun} straight away or is it recoverable for a while? legal asked",
        "soft delete of the {noun}: after how many days is it purged",
    ),
    (
        "`{name}` logs the {noun} id only, never its content, after the audit found {value} leaks.",
        "what are we allowed to log about the {noun} since the audit found leaks?",
        "logging rule for the {noun} after the audit",
    ),
)

SCOPES: Final = (
    "In our last session about this project, ",
    "I remember that we discussed this a few weeks ago: ",
    "Before I change anything, find the earlier conversation: ",
    "Search the session log. ",
    "Could you tell me ",
    "",
    "",
)

NAMING: Final = (
    "what did we decide about {words} in the previous session?",
    "Where did we talk about how {words} should behave, and what was the conclusion?",
    "before I touch it: is there anything in the history on {words}?",
    "find the conversation in which we changed {words} and tell me why",
)

ASKING: Final = (
    "The {noun} {other} looks wrong when I run `{name}`. Can you have a look?",
    "Please add a test for `{name}` that covers an empty {noun}.",
    "Why does {name} read the {other} twice?",
    "Rename the {noun} argument so that it says what it is, and update the callers.",
    "That is still failing in CI: the {noun} check expects {value} and gets {other}.",
    "Explain what happens to the {noun} between the {other} and the response.",
    "Could we make the {other} part faster? It takes {value} ms here.",
    "Continue with the {noun}, and then run the tests again.",
    "Looks good. Now do the same for the {other}.",
)

ANSWERING: Final = (
    "I looked at `{name}`. The {noun} is created before the {other}, so the first call sees an empty list.",
    "Done. I moved the {noun} handling into its own function and added {value} tests; all of them pass.",
    "The failure comes from the {other} fixture: it is shared between tests. I made it a function-scoped one.",
    "Here is the plan: first split the {noun}, then cache the {other}, then measure again.",
    "I found {value} places that use the {noun} directly. I changed them to go through `{name}`.",
    "You are right, the {other} was read twice. It is read once now and passed on.",
    "I would not do that: the {noun} is part of the public interface. I added a wrapper and a deprecation note.",
    "The types did not agree: `{name}` returned an optional {noun}. The error case is explicit now.",
)

CHATTER: Final = """
Let me run the whole suite once more and look at the output before going on.
I will keep the change small and leave the rest of the module as it is.
There are two ways to do this; the simple one is enough here.
The linter complains about an unused import, which I removed as well.
If you want, I can open a follow-up for the remaining warnings.
Note that the configuration is read once at startup, so restart the server to see it.
I checked the documentation: the default has not changed between these versions.
The diff is below; it touches three files and no public function.
This also explains the warning that you saw earlier in the console.
Both branches now return the same shape, so the caller needs no special case.
""".strip().splitlines()  # fmt: skip

PRINTED: Final = (
    "$ pytest -q\n........................................ [100%]\n{value} passed in 3.21s\n",
    "src/{noun}/{other}.py:{value}: error: Argument 1 has incompatible type\nFound 1 error in 1 file\n",
    "diff --git a/src/{noun}.py b/src/{noun}.py\n@@ -{value},7 +{value},9 @@\n-    return None\n+    return {noun}\n",
    "commit 3f{value}a\nAuthor: dev\n    Update {noun} and {other}\n",
)
