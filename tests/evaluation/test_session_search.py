from pathlib import Path

from holdfast.evaluation.session_corpus import Corpus
from holdfast.evaluation.session_search import evaluate_search
from holdfast.sessions.entries.entry import Entry


def read(corpus: Corpus) -> list[Entry]:
    return [entry for session in corpus.sessions() for entry in session]


def test_a_made_up_log_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    first, again, other = (read(Corpus(400, 8, seed)) for seed in (1, 1, 2))

    assert [entry.id for entry in first] == [entry.id for entry in again]
    assert {entry.id for entry in first} & {entry.id for entry in other} == set()


def test_every_question_has_its_answer_in_the_log_and_says_nothing_of_it_that_is_not_there() -> None:
    corpus = Corpus(1_000, 8, 1)
    bodies = {entry.id: entry.body for entry in read(corpus)}
    by_part = [question for question in corpus.questions if question.group == "one word: a part of a name"]

    assert len(corpus.questions) == 5 * 8
    assert {answer for question in corpus.questions for answer in question.answers} <= set(bodies)
    assert [[entry for entry, body in bodies.items() if question.text in body.lower()] for question in by_part] == [
        list(question.answers) for question in by_part
    ]


def test_the_report_counts_what_was_asked_and_found(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    report = evaluate_search(tmp_path / "sessions.db", 1_500, 3, lambda done, total: told.append((done, total)))

    assert report.added_again == 0
    assert report.entries >= 1_500
    assert told == [(0, report.entries), (1_000, report.entries)]
    assert {name: score.questions for name, score in report.groups.items()} == dict.fromkeys(report.groups, 18)
    assert report.groups["one word: a name"].recall_at_5 == 1.0
    assert report.groups["long: names it"].mrr > 0.9
    assert report.as_json()["groups"] == {
        name: {key: getattr(score, key) for key in score.__slots__} for name, score in report.groups.items()
    }
