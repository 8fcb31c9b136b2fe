import pytest

from holdfast.evaluation.lsp_messages import Message, MessageSplitter, NotLsp, framed

MESSAGES: list[Message] = [
    {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"name": "é, 漢, 😀"}},
    {"jsonrpc": "2.0", "id": 1, "result": None},
]


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_messages_come_back_whole_in_pieces_of_any_size(size: int) -> None:
    data = framed(*MESSAGES)
    splitter = MessageSplitter()
    found = [message for start in range(0, len(data), size) for message in splitter.feed(data[start : start + size])]
    assert found == MESSAGES


def test_the_length_counts_bytes_and_stands_beside_other_fields() -> None:
    body = '{"a":"é"}'.encode()
    head = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: %d\r\n\r\n" % len(body)
    assert MessageSplitter().feed(head + body) == [{"a": "é"}]


def test_half_a_message_is_none() -> None:
    assert MessageSplitter().feed(framed(MESSAGES[0])[:-1]) == []


@pytest.mark.parametrize(
    "data", [b"Hello\r\n\r\n", b"Content-Length: many\r\n\r\n", b"Content-Length: 3\r\n\r\n{a}"], ids=repr
)
def test_what_is_not_lsp_is_named(data: bytes) -> None:
    with pytest.raises(NotLsp):
        MessageSplitter().feed(data)
