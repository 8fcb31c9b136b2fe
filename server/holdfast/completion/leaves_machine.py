"""What of a prompt may leave the machine, where the model that reads it runs elsewhere.

A model that is passed on (a `:cloud` model) is refused unless its name is allowed. One that is allowed is sent code without its
secrets, and session memory only where it is named for that too. The same prompt goes to a fallback, or to another server that
has a model of the same name: where one of these may be such a model, the prompt is written for it.
"""

import secrets
from dataclasses import replace
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.inference.file_window import FileWindow
from holdfast.inference.model_choice import ChosenModel
from holdfast.redaction.redactor import Redactor
from holdfast.settings import Settings

_KEY_BYTES: Final = 32


class LeavingPrompt:
    """Takes out of a prompt what must not leave the machine; a prompt that stays here is left as it is."""

    def __init__(self, settings: Settings) -> None:
        self._remote = frozenset(settings.allowed_remote_models)
        self._with_memory = frozenset(settings.memory.allowed_servers)
        fallback = settings.fallback
        self._fallback = fallback.model if fallback.when and fallback.model in self._remote else None
        # The marks are the same for as long as this process lives, and mean nothing elsewhere.
        self._redactor = Redactor(secrets.token_bytes(_KEY_BYTES))
        self._last: tuple[tuple[ContextBlock, ...], tuple[ContextBlock, ...]] = ((), ())

    def blocks(self, model: ChosenModel, blocks: tuple[ContextBlock, ...]) -> tuple[ContextBlock, ...]:
        """`blocks` as the model and its stand-ins may see them."""
        readers = self._remote_readers(model)
        if not readers:
            return blocks
        if not readers <= self._with_memory:
            blocks = tuple(block for block in blocks if block.kind != "memory")
        if self._last[0] != blocks:
            self._last = (blocks, tuple(replace(block, text=self._without_secrets(block.text)) for block in blocks))
        return self._last[1]

    def window(self, model: ChosenModel, window: FileWindow) -> FileWindow:
        """The current file's part of the prompt, likewise."""
        if not self._remote_readers(model):
            return window
        prefix, suffix = self._without_secrets(window.prefix), self._without_secrets(window.suffix)
        return replace(window, prefix=prefix, suffix=suffix)

    def _remote_readers(self, model: ChosenModel) -> frozenset[str]:
        """The models off this machine that may read the prompt."""
        own = {model.name} if model.is_remote or model.name in self._remote else set()
        return frozenset(own | ({self._fallback} if self._fallback is not None else set()))

    def _without_secrets(self, text: str) -> str:
        return self._redactor.redact(text).text
