from holdfast.sessions.editor.file_activity import QUIET_S, FileActivity, FileEdits


def test_a_file_is_told_at_its_first_edit_and_then_after_the_quiet_time() -> None:
    files = FileActivity()

    told = [files.edited("a.py", "python", now, 1) for now in (0.0, 1.0, 2.0, QUIET_S, QUIET_S + 1)]

    first, later = FileEdits("a.py", "python", 1, (1,)), FileEdits("a.py", "python", 3, (1,))
    assert told == [first, None, None, later, None]


def test_what_waits_is_due_after_the_quiet_time_even_if_nobody_edits() -> None:
    files = FileActivity()
    for path, now in (("a.py", 0.0), ("b.py", 10.0), ("a.py", 20.0), ("b.py", 30.0)):
        files.edited(path, "python", now, 1)

    assert files.due(QUIET_S - 1) == []
    assert files.due(QUIET_S) == [FileEdits("a.py", "python", 1, (1,))]
    assert files.due(QUIET_S) == []


def test_the_rest_is_told_once() -> None:
    files = FileActivity()
    for _ in range(4):
        files.edited("a.py", "python", 0.0, 1)

    assert [files.rest(1.0), files.rest(1.0)] == [[FileEdits("a.py", "python", 3, (1,))], []]


def test_the_lines_that_were_edited_are_told_and_then_forgotten() -> None:
    files = FileActivity()
    for line in (7, 3, 7, 9):
        files.edited("a.py", "python", 0.0, line)

    assert files.rest(1.0) == [FileEdits("a.py", "python", 3, (3, 7, 9))]
    files.edited("a.py", "python", 2.0, 4)
    assert files.rest(3.0) == [FileEdits("a.py", "python", 1, (4,))]
