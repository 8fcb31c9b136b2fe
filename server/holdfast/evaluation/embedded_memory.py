"""What a sidecar and all its processes weigh while the embedded engine answers keys."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from holdfast.evaluation.lsp_editor import TypedDocument, inserted_text
from holdfast.evaluation.lsp_process import LspProcess
from holdfast.evaluation.process_memory import family_pss_bytes
from holdfast.evaluation.typing_trace import Passage

_KEY_SECONDS: Final = 0.06
_REST_SECONDS: Final = 1.0
_KEYS_BETWEEN_LOOKS: Final = 20


@dataclass(frozen=True, slots=True)
class EmbeddedMemory:
    """`most_bytes` is the greatest sum over all processes seen while keys were typed, `sidecar_bytes` the sidecar's part then.

    All 0 where the system does not say. `answered` of `keys` were answered.
    """

    most_bytes: int
    sidecar_bytes: int
    processes: int
    keys: int
    answered: int


async def memory_while_typing(
    sidecar: LspProcess, root: Path, passages: Sequence[Passage], keys_each: int
) -> EmbeddedMemory:
    """Type the beginning of each passage, whose documents stay open, and look at the memory now and then."""
    heaviest: dict[int, int] = {}
    keys = answered = 0
    for passage in passages:
        document = TypedDocument(root, passage)
        sidecar.send(document.opened(), document.cursor_moved())
        await asyncio.sleep(_REST_SECONDS)
        for done, _ in islice(passage.keystrokes(), keys_each):
            key = document.key(done)
            asked = document.ask(sidecar)
            sidecar.send(key, asked)
            await asyncio.sleep(_KEY_SECONDS)
            answered += bool(inserted_text((await asked.answer).result))
            keys += 1
            if keys % _KEYS_BETWEEN_LOOKS == 0:
                heaviest = max(heaviest, family_pss_bytes(sidecar.pid), key=_total)
    return EmbeddedMemory(_total(heaviest), heaviest.get(sidecar.pid, 0), len(heaviest), keys, answered)


def _total(sizes: dict[int, int]) -> int:
    return sum(sizes.values())
