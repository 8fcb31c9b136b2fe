"""The words of a refusal, in the shapes that servers of OpenAI's API put them.

`{"error": {"message": …, "type": …, "code": …}}` is OpenAI's own (llama.cpp and today's vLLM too), `{"error": "…"}`
LM Studio's and llama-swap's, `{"object": "error", "message": …}` older vLLM's, `{"detail": …}` FastAPI's.
"""

import json

from pydantic import JsonValue, TypeAdapter, ValidationError

_JSON = TypeAdapter[JsonValue](JsonValue)


def said_in(body: bytes) -> str | None:
    """What the server says went wrong; None where the body is no refusal in any of the shapes."""
    try:
        answer = _JSON.validate_json(body)
    except ValidationError:
        return body.decode("utf-8", "replace").strip() if _is_plain(body) else None
    return words_of(answer)


def words_of(answer: JsonValue) -> str | None:
    """The same for JSON that has been read."""
    if not isinstance(answer, dict):
        return None
    error = answer.get("error")
    if isinstance(error, str):
        return error
    if isinstance(error, dict):
        kind, message = error.get("type") or error.get("code"), error.get("message")
        return message if isinstance(message, str) and message else str(kind or "an error without words")
    if error is not None:
        return json.dumps(error)
    if answer.get("object") == "error" and isinstance(answer.get("message"), str):
        return str(answer["message"])
    detail = answer.get("detail")
    return detail if isinstance(detail, str) else json.dumps(detail) if detail is not None else None


def _is_plain(body: bytes) -> bool:
    """One line of plain text, as Go's and Python's small servers refuse."""
    text = body.strip()
    return 0 < len(text) < 400 and text[:1] not in b"<{[" and b"\n" not in text and text.isascii()  # noqa: PLR2004 - a line
