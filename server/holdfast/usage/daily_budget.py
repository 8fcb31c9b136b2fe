"""The tokens a person allows in a day: asked before each request, told after each."""

from holdfast.errors import BudgetReached
from holdfast.spending import Spending
from holdfast.usage.recorder import UsageRecorder


class DailyBudget:
    """`tokens` a day over all windows, or without limit. What is under way when they are used up ends as it began."""

    def __init__(self, recorder: UsageRecorder, tokens: int | None) -> None:
        self._recorder = recorder
        self._tokens = tokens

    def refusal(self) -> BudgetReached | None:
        """Why no server may be asked now; None while one may."""
        if self._tokens is None or self._recorder.tokens_today() < self._tokens:
            return None
        return BudgetReached(
            f"The budget of {self._tokens:,} tokens a day is used up.",
            remedy="It begins anew at midnight, or raise holdfast.budget.tokensPerDay.",
        )

    def spent(self, spending: Spending) -> None:
        """A request was made."""
        self._recorder.spent(spending)
