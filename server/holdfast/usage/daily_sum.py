"""What was spent in a day at one server, with one model, for one purpose."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from holdfast.spending import Purpose, Spending


def today() -> date:
    """The calendar day here and now."""
    return datetime.now(UTC).astimezone().date()


@dataclass(frozen=True, slots=True)
class Account:
    """What sums are kept apart by."""

    day: date
    server: str
    model: str
    purpose: Purpose
    is_fallback: bool
    is_remote: bool


@dataclass(frozen=True, slots=True)
class DailySum:
    """So many requests, with the tokens of their prompts and answers; `estimated` of these are no server's count."""

    account: Account
    requests: int
    prompt_tokens: int
    generated_tokens: int
    estimated: int

    @property
    def tokens(self) -> int:
        """Of prompts and answers together."""
        return self.prompt_tokens + self.generated_tokens

    def __add__(self, other: "DailySum") -> "DailySum":
        """Both together; they are of one account."""
        return DailySum(
            self.account,
            self.requests + other.requests,
            self.prompt_tokens + other.prompt_tokens,
            self.generated_tokens + other.generated_tokens,
            self.estimated + other.estimated,
        )


def sum_of(spending: Spending, day: date) -> DailySum:
    """One request as a sum."""
    account = Account(day, spending.server, spending.model, spending.purpose, spending.is_fallback, spending.is_remote)
    return DailySum(account, 1, spending.prompt_tokens, spending.generated_tokens, spending.estimated)


@dataclass(slots=True)
class Ledger:
    """Sums that grow, one for each account."""

    _sums: dict[Account, DailySum] = field(default_factory=dict)

    def add(self, more: Iterable[DailySum]) -> None:
        """Add to the accounts."""
        for daily in more:
            known = self._sums.get(daily.account)
            self._sums[daily.account] = daily if known is None else known + daily

    def take(self) -> tuple[DailySum, ...]:
        """All of it; the ledger is empty afterwards."""
        sums, self._sums = tuple(self._sums.values()), {}
        return sums

    def tokens_of(self, day: date) -> int:
        """What was spent on a day."""
        return sum(daily.tokens for daily in self._sums.values() if daily.account.day == day)

    def __bool__(self) -> bool:
        return bool(self._sums)
