"""From a cursor to the request on the wire: model, epoch, window, prompt, within the token budget."""

from collections import OrderedDict
from dataclasses import asdict, dataclass
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.context.keeper import EpochKeeper
from holdfast.cursor import Cursor
from holdfast.inference.file_window import FileWindow, open_window
from holdfast.inference.model_choice import ChosenModel
from holdfast.inference.model_server import Finished, GenerateRequest
from holdfast.inference.prompt import PromptHead, write_head, write_prompt
from holdfast.inference.token_estimate import TokenRatio, estimate_tokens
from holdfast.settings import Settings

_MARGIN_TOKENS: Final = 64
_SUFFIX_TOKENS: Final = 256
_TEMPERATURE: Final = 0.0
_DOCUMENTS_KEPT: Final = 16


@dataclass(frozen=True, slots=True)
class WrittenPrompt:
    """A request ready to send, and what explains it."""

    request: GenerateRequest
    blocks: tuple[ContextBlock, ...]
    context_ms: float

    @property
    def prompt(self) -> str:
        """The raw prompt."""
        return self.request.prompt

    @property
    def model(self) -> str:
        """The model it is for."""
        return self.request.model


@dataclass(frozen=True, slots=True)
class ContextPreview:
    """`context` of the CLI contract: the blocks, the whole prompt, its estimated tokens, what the blocks may cost."""

    blocks: tuple[ContextBlock, ...] = ()
    prompt: str = ""
    prompt_tokens: int = 0
    budget_tokens: int = 0

    def as_json(self) -> dict[str, object]:
        """As the command line and the editor's command give it."""
        return {**asdict(self), "blocks": [block.as_json() for block in self.blocks]}


class PromptWriter:
    """Writes prompts that share their longest prefix: the head is the epoch's, the window keeps its anchor."""

    def __init__(self, settings: Settings, epochs: EpochKeeper, ratio: TokenRatio) -> None:
        self._settings = settings
        self._epochs = epochs
        self._ratio = ratio
        self._anchors: OrderedDict[str, int] = OrderedDict()
        self._head: tuple[ChosenModel, str, tuple[ContextBlock, ...], PromptHead] | None = None

    async def write(
        self, cursor: Cursor, model: ChosenModel, *, anew: bool = False, num_predict: int | None = None
    ) -> WrittenPrompt:
        """The request for `cursor`; `anew` gathers context for this very cursor."""
        epoch = await self._epochs.at(cursor, anew=anew)
        head = self._head_for(model, cursor, epoch.blocks)
        window = self._window(cursor, estimate_tokens(head.text + cursor.path, self._ratio.bytes_per_token))
        prompt = write_prompt(model.template, head, cursor.path, window, model.special_tokens)
        settings = self._settings
        request = GenerateRequest(
            model=model.name,
            prompt=prompt,
            num_predict=num_predict or _most_predicted(settings),
            num_ctx=settings.num_ctx,
            stop=model.template.stop,
            temperature=_TEMPERATURE,
            keep_alive=settings.keep_alive,
        )
        return WrittenPrompt(request, epoch.blocks, epoch.context.milliseconds)

    async def preview(self, cursor: Cursor, model: ChosenModel) -> ContextPreview:
        """What would be sent at `cursor` now, counted."""
        written = await self.write(cursor, model, anew=True)
        tokens = estimate_tokens(written.prompt, self._ratio.bytes_per_token)
        return ContextPreview(written.blocks, written.prompt, tokens, context_budget(self._settings))

    def learn(self, written: WrittenPrompt, finished: Finished) -> None:
        """Calibrate the estimate with the server's own count."""
        self._ratio.observe(len(written.prompt.encode("utf-8", "surrogatepass")), finished.prompt_tokens)

    def _window(self, cursor: Cursor, head_tokens: int) -> FileWindow:
        settings = self._settings
        free = settings.num_ctx - _most_predicted(settings) - _MARGIN_TOKENS - head_tokens
        suffix_tokens = max(0, min(_SUFFIX_TOKENS, free // 4))
        bytes_per_token = self._ratio.bytes_per_token
        window = open_window(
            cursor.before,
            cursor.after,
            prefix_bytes=max(1, int((free - suffix_tokens) * bytes_per_token)),
            suffix_bytes=int(suffix_tokens * bytes_per_token),
            anchor=self._anchors.get(cursor.uri),
        )
        self._anchors[cursor.uri] = window.first_line
        self._anchors.move_to_end(cursor.uri)
        while len(self._anchors) > _DOCUMENTS_KEPT:
            self._anchors.popitem(last=False)
        return window

    def _head_for(self, model: ChosenModel, cursor: Cursor, blocks: tuple[ContextBlock, ...]) -> PromptHead:
        repository = cursor.root.name if cursor.root is not None else cursor.path
        if self._head is not None and self._head[:3] == (model, repository, blocks):
            return self._head[3]
        head = write_head(model.template, repository, blocks, model.special_tokens)
        self._head = (model, repository, blocks, head)
        return head


def context_budget(settings: Settings) -> int:
    """Tokens the block before the file may cost: `contextTokens`, and never more than half of the window."""
    return min(settings.context_tokens, (settings.num_ctx - _most_predicted(settings)) // 2)


def _most_predicted(settings: Settings) -> int:
    """`maxPredict`, and never more than half of a window that leaves no room for a prompt otherwise."""
    return min(settings.max_predict, settings.num_ctx // 2)
