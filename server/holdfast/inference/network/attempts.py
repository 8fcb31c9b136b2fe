"""A generation as it is sent: again without what a server turns out not to know, and whoever asked told how it ended."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Literal

from holdfast.errors import ServerError
from holdfast.inference.model_server import Attempt, Finished, GenerateRequest, Piece
from holdfast.inference.network.answer_lines import AnswerLines
from holdfast.inference.network.connection import Body, Connection
from holdfast.inference.network.failures import Asked

Part = Literal["scores", "usage"]
"""What a request can do without: the tokens' probabilities, and the counts at the end."""
Parts = frozenset[Part]
Answer = AsyncGenerator[Piece | Finished, None]


class Attempts:
    """The generations of one server. `refusals` tell, for each part that may be left out, whether an error is about it."""

    def __init__(self, connection: Connection, refusals: Mapping[Part, Callable[[ServerError], bool]]) -> None:
        self._connection = connection
        self._refusals = refusals
        self._taken: Parts = frozenset(refusals)

    async def answer(
        self,
        request: GenerateRequest,
        asked: Asked,
        by: float,
        *,
        body: Callable[[Parts], Body],
        items: Callable[[AnswerLines], Answer],
    ) -> Answer:
        """The `items` of the answer whose head has come by the loop's time `by`, to a POST of `body` with some parts.

        A part that is refused before any text came is left out from then on, and the server is asked once more.
        """
        while True:
            parts = self._taken if request.with_logprobs else self._taken - {"scores"}
            has_begun = False
            try:
                async with aclosing(told(request, self._sent(asked, body(parts), by, items))) as answer:
                    async for item in answer:
                        has_begun = True
                        yield item
            except ServerError as error:
                refused = {part for part in parts if self._refusals[part](error)}
                if has_begun or not refused:
                    raise
                self._taken -= refused
            else:
                return

    async def _sent(self, asked: Asked, body: Body, by: float, items: Callable[[AnswerLines], Answer]) -> Answer:
        async with self._connection.lines(asked, body, by) as lines, aclosing(items(lines)) as answer:
            async for item in answer:
                yield item


async def told(request: GenerateRequest, answer: Answer) -> Answer:
    """`answer`, and what became of it to `request.told`."""
    pieces, tokens, finished, error = 0, 0, None, None
    try:
        async with aclosing(answer) as items:
            async for item in items:
                if isinstance(item, Finished):
                    finished = item
                else:
                    pieces += 1
                    tokens += len(item.tokens) or 1  # servers stream token by token
                yield item
    except ServerError as failure:
        error = failure
        raise
    finally:
        if request.told is not None:
            request.told(Attempt(request.model, pieces, tokens, finished, error))
