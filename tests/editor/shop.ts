// The workspace of the editor tests: a small shop, in which one line is about to be written.

export const MODEL_LINE = 'return subtotal_cents(order) + shipping_cents(order)';
export const NEXT_MODEL_LINE = 'def ships_free(order: Order) -> bool:';

const PRICES = `"""Prices of orders, in cents."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    """What was ordered, and where it goes."""

    item_cents: tuple[int, ...]
    country: str


def subtotal_cents(order: Order) -> int:
    """All items, before shipping."""
    return sum(order.item_cents)


def shipping_cents(order: Order) -> int:
    """Shipping, free from 50.00 on."""
    if subtotal_cents(order) >= 5000:
        return 0
    return 490 if order.country == "DE" else 1290
`;

const CHECKOUT = `"""The checkout."""

from prices import Order, shipping_cents, subtotal_cents


def total_cents(order: Order) -> int:
    """What the customer pays."""
`;

/** A line that the project repeats, so that its own code says how it goes on. */
export const REPEATED_LINE = 'report.add_row(order.country, subtotal_cents(order), shipping_cents(order))';

const REPORTS = `"""Reports, one for each market."""

from prices import shipping_cents, subtotal_cents
${['germany', 'france', 'norway', 'spain', 'italy', 'poland', 'austria', 'ireland']
  .map((market) => `

def add_${market}(report, orders):
    for order in orders:
        ${REPEATED_LINE}
`)
  .join('')}`;

const EXPORT = `"""The export."""

from prices import shipping_cents, subtotal_cents


def add_sweden(report, orders):
    for order in orders:
`;

export const SHOP = {
  'prices.py': PRICES,
  'checkout.py': CHECKOUT,
  'reports.py': REPORTS,
  'export.py': EXPORT,
} as const;
