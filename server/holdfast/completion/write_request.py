"""From a cursor to the request on the wire: model, epoch, window, prompt, within the token budget."""

from collections import OrderedDict
from dataclasses import asdict, dataclass
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.completion.leaves_machine import LeavingPrompt
from holdfast.context.keeper import EpochKeeper
from holdfast.context.pack import NotShown
from holdfast.cursor import Cursor
from holdfast.errors import BudgetReached
from holdfast.inference.file_window import FileWindow, open_window
from holdfast.inference.model_choice import ChosenModel
from holdfast.inference.model_server import Finished, GenerateRequest
from holdfast.inference.prompt import PromptHead, PromptText, write_head, write_text
from holdfast.inference.token_estimate import TokenRatio, size_of, tokens_of
from holdfast.settings import Settings

MARGIN_TOKENS: Final = 64
"""Kept free, for what the server adds of its own."""
SUFFIX_TOKENS: Final = 256
"""What follows costs its whole length at every key where it stands last."""
SPM_SUFFIX_TOKENS: Final = 768
"""And nothing while keys are typed where it stands first."""
_TEMPERATURE: Final = 0.0
_DOCUMENTS_KEPT: Final = 16
_LEAST_LINE: Final = 80
"""Characters before the cursor, in its line, without which a prompt says nothing."""


@dataclass(frozen=True, slots=True)
class WrittenPrompt:
    """A request ready to send, and what explains it; `language` is that of the file, by which its tokens are counted."""

    request: GenerateRequest
    blocks: tuple[ContextBlock, ...]
    context_ms: float
    language: str = ""

    @property
    def prompt(self) -> str:
        """All that is sent, raw or with what the server's template keeps apart."""
        return PromptText(self.request.prompt, self.request.suffix, self.request.system).whole

    @property
    def model(self) -> str:
        """The model it is for."""
        return self.request.model


@dataclass(frozen=True, slots=True)
class Shares:
    """What the parts of a prompt cost, in tokens: of `window`, the context, what stands before the cursor, what follows.

    `answer` is kept for the suggestion. What is left of `window` is control tokens, headers, and free.
    """

    window: int
    context: int
    before: int
    after: int
    answer: int


@dataclass(frozen=True, slots=True)
class ContextPreview:
    """`context` of the CLI contract: the blocks, the whole prompt, its estimated tokens, what the blocks may cost.

    `shares` and `left_out` (what of the manifests had no room) are for a person, and no part of the contract.
    """

    blocks: tuple[ContextBlock, ...] = ()
    prompt: str = ""
    prompt_tokens: int = 0
    budget_tokens: int = 0
    shares: Shares | None = None
    left_out: tuple[NotShown, ...] = ()

    def as_json(self) -> dict[str, object]:
        """As the command line and the editor's command give it."""
        fields = asdict(self)
        del fields["shares"], fields["left_out"]
        return {**fields, "blocks": [block.as_json() for block in self.blocks]}


@dataclass(frozen=True, slots=True)
class _Head:
    """A written head, its size, and what it was written for."""

    made_for: tuple[ChosenModel, str, str, tuple[ContextBlock, ...]]
    written: PromptHead
    size: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where a document's window began, and the bytes it had for what follows."""

    first_line: int
    after_bytes: int


@dataclass(frozen=True, slots=True)
class _Composed:
    """A prompt in its parts, and its size in bytes as sent."""

    head: _Head
    window: FileWindow
    text: PromptText
    total_bytes: int
    fits: bool


class PromptWriter:
    """Writes prompts that share their longest prefix: the head is the epoch's, the window keeps its anchor and its end."""

    def __init__(
        self,
        settings: Settings,
        epochs: EpochKeeper,
        ratio: TokenRatio,
        *,
        suffix_tokens: int = SUFFIX_TOKENS,
        spm_suffix_tokens: int = SPM_SUFFIX_TOKENS,
    ) -> None:
        """`suffix_tokens` is what the text after the cursor may cost, `spm_suffix_tokens` where it stands first."""
        self._settings = settings
        self._epochs = epochs
        self._ratio = ratio
        self._suffix_tokens = suffix_tokens
        self._spm_suffix_tokens = spm_suffix_tokens
        self._leaving = LeavingPrompt(settings)
        self._windows: OrderedDict[str, _Kept] = OrderedDict()
        self._head: _Head | None = None

    async def write(
        self, cursor: Cursor, model: ChosenModel, *, anew: bool = False, num_predict: int | None = None
    ) -> WrittenPrompt:
        """The request for `cursor`; `anew` gathers context for this very cursor."""
        epoch = await self._epochs.at(cursor, anew=anew)
        composed = self._compose(cursor, model, epoch.blocks)
        self._refuse_useless(composed, cursor)
        settings = self._settings
        request = GenerateRequest(
            model=model.name,
            prompt=composed.text.prompt,
            num_predict=num_predict or self._most_predicted(model),
            num_ctx=settings.num_ctx,
            stop=model.family.stop,
            temperature=_TEMPERATURE,
            keep_alive=settings.keep_alive,
            suffix=composed.text.suffix,
            system=composed.text.system,
        )
        return WrittenPrompt(request, composed.head.written.blocks, epoch.context.milliseconds, cursor.language)

    async def preview(self, cursor: Cursor, model: ChosenModel) -> ContextPreview:
        """What would be sent at `cursor` now, counted."""
        epoch = await self._epochs.at(cursor, anew=True)
        composed = self._compose(cursor, model, epoch.blocks)
        ratio = self._ratio.of(model.name, cursor.language)
        shares = Shares(
            window=self._window_tokens(model),
            context=tokens_of(composed.head.size, ratio),
            before=tokens_of(size_of(composed.window.prefix), ratio),
            after=tokens_of(size_of(composed.window.suffix), ratio),
            answer=self._most_predicted(model),
        )
        tokens = tokens_of(composed.total_bytes, ratio)
        budget = context_budget(self._settings)
        left_out = epoch.context.packed.left_out
        return ContextPreview(composed.head.written.blocks, composed.text.whole, tokens, budget, shares, left_out)

    def learn(self, written: WrittenPrompt, finished: Finished) -> None:
        """Calibrate the estimate with the server's own count."""
        request = written.request
        size = _size(PromptText(request.prompt, request.suffix, request.system))
        self._ratio.observe(written.model, written.language, size, finished.prompt_tokens)

    def refused(self, written: WrittenPrompt) -> None:
        """The server said that this prompt is longer than its window: the next one is shorter."""
        self._ratio.refused(written.model, written.language)

    def _compose(self, cursor: Cursor, model: ChosenModel, blocks: tuple[ContextBlock, ...]) -> _Composed:
        """Head and window, so that all of it fits; control tokens that are broken up make text longer than it was."""
        ratio = self._ratio.of(model.name, cursor.language)
        allowed = int((self._window_tokens(model) - self._most_predicted(model) - MARGIN_TOKENS) * ratio)
        head = self._head_for(model, cursor, self._leaving.blocks(model, blocks), allowed * 3 // 4)
        free = max(0, allowed - _size(self._text(cursor, model, head.written, FileWindow(0, "", ""))))
        most_after = self._spm_suffix_tokens if model.family.order == "spm" else self._suffix_tokens
        last = self._windows.get(cursor.uri)
        after_bytes = _steady(min(int(most_after * ratio), free // 4), last)
        # Kept free whether or not something follows, so that the window begins where it began while that changes.
        before_bytes = max(0, free - after_bytes)
        while True:
            window = self._window(cursor, before_bytes, after_bytes)
            text = self._text(cursor, model, head.written, window)
            total = _size(text)
            if total <= allowed or not before_bytes:
                return _Composed(head, window, text, total, fits=total <= allowed)
            before_bytes, after_bytes = before_bytes * allowed // total * 9 // 10, after_bytes // 2

    def _window(self, cursor: Cursor, before_bytes: int, after_bytes: int) -> FileWindow:
        last = self._windows.get(cursor.uri)
        window = open_window(
            cursor.before,
            cursor.after,
            prefix_bytes=max(1, before_bytes),
            suffix_bytes=after_bytes,
            anchor=last.first_line if last is not None else None,
        )
        self._windows[cursor.uri] = _Kept(window.first_line, after_bytes)
        self._windows.move_to_end(cursor.uri)
        while len(self._windows) > _DOCUMENTS_KEPT:
            self._windows.popitem(last=False)
        return window

    def _text(self, cursor: Cursor, model: ChosenModel, head: PromptHead, window: FileWindow) -> PromptText:
        shown = self._leaving.window(model, window)
        return write_text(model.family, head, cursor.path, shown, model.special_tokens, language=cursor.language)

    def _refuse_useless(self, composed: _Composed, cursor: Cursor) -> None:
        """Raise BudgetReached where the tokens allowed for a request hold less than the line that is typed."""
        allowed = self._settings.budget.tokens_per_request
        line = cursor.line_before[-_LEAST_LINE:]
        if allowed is not None and not (composed.fits and composed.window.prefix.endswith(line)):
            raise BudgetReached(
                f"No prompt that says anything fits into {allowed:,} tokens.",
                remedy="Raise holdfast.budget.tokensPerRequest.",
            )

    def _window_tokens(self, model: ChosenModel) -> int:
        """What a request may have: the window asked for, or what the model was trained for, to which servers shorten it."""
        most = request_tokens(self._settings)
        return min(most, model.context_length or most)

    def _most_predicted(self, model: ChosenModel) -> int:
        return _most_predicted(self._settings, self._window_tokens(model))

    def _head_for(self, model: ChosenModel, cursor: Cursor, blocks: tuple[ContextBlock, ...], most_bytes: int) -> _Head:
        """The head, without the last blocks where paths, comment signs and broken tokens made it outgrow its part."""
        repository = cursor.root.name if cursor.root is not None else cursor.path
        made_for = (model, repository, cursor.language, blocks)
        if self._head is not None and self._head.made_for == made_for and self._head.size <= most_bytes:
            return self._head
        while True:
            written = write_head(model.family, repository, blocks, model.special_tokens, language=cursor.language)
            self._head = _Head(made_for, written, size_of(written.text))
            if self._head.size <= most_bytes or not blocks:
                return self._head
            blocks = blocks[:-1]


def context_budget(settings: Settings) -> int:
    """Tokens the block before the file may cost: `contextTokens`, and never more than half of a request's."""
    most = request_tokens(settings)
    return min(settings.context_tokens, (most - _most_predicted(settings, most)) // 2)


def request_tokens(settings: Settings) -> int:
    """Tokens of a prompt and its answer together: the window, or the budget for a request where that is smaller."""
    return min(settings.num_ctx, settings.budget.tokens_per_request or settings.num_ctx)


def _most_predicted(settings: Settings, window_tokens: int) -> int:
    """`maxPredict`, and never more than half of a window that leaves no room for a prompt otherwise."""
    return max(1, min(settings.max_predict, window_tokens // 2))


def _steady(after_bytes: int, last: _Kept | None) -> int:
    """The bytes for what follows: those of before while they are not far off.

    They drift with the estimate at every answer, and in suffix-first order everything else stands behind them.
    """
    is_near = last is not None and after_bytes * 3 // 4 <= last.after_bytes <= after_bytes * 5 // 4
    return last.after_bytes if last is not None and is_near else after_bytes


def _size(text: PromptText) -> int:
    return size_of(text.prompt) + size_of(text.suffix or "") + size_of(text.system or "")
