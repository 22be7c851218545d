"""Bugs of the day's cards."""

from tests.faults.planted.plant import Change, Plant, SqlChange

BATCH = "app.append_commands"

COUNT = """u.daily_activity_count ELSE 0 END
                + (c.charge_day IS NOT NULL)::integer"""

KNOWN = "await _know_bank(services, {facts.bank_revision for facts in found.values()})"

ALLOWANCE = (
    Plant(
        "charge not compared",
        "two rooms of one account get a 26th card",
        "the day's cards",
        (SqlChange(BATCH, "WHEN c.charge_day IS NOT NULL AND NOT coalesce((", "WHEN false AND NOT coalesce(("),),
    ),
    Plant(
        "stopped turn not given back",
        "whoever stops pays for a card that was not played",
        "the day's cards",
        (Change("Move.withdraw", "state.charged_on if state.charged_on == today else None", "None"),),
    ),
    Plant(
        "given back in the log only",
        "the room says one more card, the account does not",
        "the day's cards",
        (SqlChange("app.write_accounts", f"{COUNT} - coalesce(c.given_back = today, false)::integer", COUNT),),
    ),
    Plant(
        "given back twice",
        "every stop is a card for nothing",
        "the day's cards",
        (
            SqlChange(
                "app.write_accounts",
                f"{COUNT} - coalesce(c.given_back = today, false)::integer",
                f"{COUNT} - 2 * coalesce(c.given_back = today, false)::integer",
            ),
        ),
    ),
    Plant(
        "turn charged twice",
        "a way down costs a card of the day",
        "an evening",
        (
            Change(
                "Move.card", "free = allowance.unlimited or state.paid_turn == state.turn", "free = allowance.unlimited"
            ),
        ),
    ),
    Plant(
        "upgrade not noticed",
        "they have paid, and wait for tomorrow",
        "the day's cards",
        (
            Change(
                "known",
                KNOWN,
                "paid, found = vars(services.rooms).setdefault('paid', {}), dict(found)\n"
                "    for room, facts in found.items():\n"
                "        unlimited = paid.setdefault(room, facts.allowance.unlimited)\n"
                "        allowance = msgspec.structs.replace(facts.allowance, unlimited=unlimited)\n"
                f"        found[room] = msgspec.structs.replace(facts, allowance=allowance)\n    {KNOWN}",
            ),
        ),
    ),
)
