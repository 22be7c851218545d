"""`game-server explain-pick`: why a card was chosen. For operators: seats for names, sums for what two people said."""

from typing import Any

from game_server.services import Services
from rooms.errors import NotFound
from storage import turns

WORDS = {
    None: "The card fits the phase and comes as it should.",
    "theme": "Nothing else was left, so its theme may be the one of the cards before.",
    "window": "Nothing in the phase's intensity was left, so it may be one step gentler or stronger.",
    "no_repeat": "Everything that fits has been seen; this is the one seen longest ago.",
    "favourite": "Both have liked it before, and the game begins with those; it may have been seen lately.",
    "neutral": "No card of the bank may be shown to these two here; it is one of the small neutral set.",
}


async def explain(services: Services, session_id: str, turn: int) -> dict[str, Any]:
    """Why the card of this turn was chosen, JSON-ready. Raises NotFound."""
    async with services.database.as_service() as connection:
        found = await turns.read(connection, session_id, turn)
    if found is None:
        raise NotFound
    checks = found.checks or {}
    return {
        "session_id": session_id,
        "turn": turn,
        "card": {
            "activity_id": found.activity_id,
            "type": found.type,
            "rating": found.rating,
            "intensity": found.intensity,
            "source": found.source,
        },
        "active": (found.roles or {}).get("active_player"),
        "level": checks.get("level"),
        "phase": checks.get("phase"),
        "theme": checks.get("theme") or None,
        "relaxed": checks.get("relaxed"),
        "weight": checks.get("weight"),
    }


def lines(told: dict[str, Any]) -> list[str]:
    """The same for a person to read."""
    card, weight = told["card"], told["weight"]
    name = f"card {card['activity_id']}" if card["activity_id"] is not None else "a card outside the bank"
    about = [
        f"Turn {told['turn']}: {name}, {card['type']} {card['rating']}{card['intensity']}, for player {told['active']}.",
        f"Level {told['level']}, phase {told['phase']}, theme {told['theme'] or 'none'}.",
        WORDS.get(told["relaxed"], f"Relaxed: {told['relaxed']}."),
    ]
    if weight is None:
        return [*about, "Drawn evenly: not both players have answered the survey, or nothing was left to weigh."]
    pick = weight["pick"]
    parts = {
        "mutual interest, half": pick["mutual_interest_score"],
        "power alignment, three tenths": pick["power_alignment_score"],
        "domain fit, a fifth": pick["domain_fit_score"],
        "pacing": pick["se_pacing_modifier"],
        "performance": pick["sisp_modifier"],
        "pick score": pick["overall_score"],
        "feedback": weight["feedback"],
        "novelty": weight["novelty"],
        "total": weight["total"],
    }
    drawn = f"Drawn from {weight['among']} cards with a chance of {100 * weight['share']:.1f} %."
    return [*about, *(f"  {part:<30}{value:>8.3f}" for part, value in parts.items()), drawn]
