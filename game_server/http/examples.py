"""One body for each route that takes one, as an app would send it: shown in the API's description, and tried in its tests."""

from typing import Any

TOKEN = "mM9Yk1dQw2hVb7tXr4sLz8pN0aEcGfJiUoKqWvTyBxA"  # noqa: S105 - of no link
PASSWORD = "correct horse battery staple"  # noqa: S105 - of nobody
ANATOMY = {"anatomy_self": ["vagina", "breasts"], "anatomy_preference": ["any"]}

EXAMPLE = "example"
"""On a handler that is made from a declaration: its body."""

BODIES: dict[str, dict[str, Any]] = {
    "create_character": {
        "name": "Mira",
        "role": "dominant",
        "age_range": "31-40",
        "archetype": "A calm lead who asks first",
        "personality_traits": ["patient", "exact"],
        "hard_limits": ["public places"],
        "stats": {"dominance": 15, "submission": 4, "charisma": 11, "stamina": 8, "creativity": 9, "control": 13},
        "provider": "openai_responses",
    },
    "talk_to_character": {
        "kinkster_id": "5f0c9f5e-3b61-4f6e-9d55-0a4a7f2f6b11",
        "message": "Good evening. How was your day?",
    },
    "talk_by_flowise": {
        "kinkster_id": "5f0c9f5e-3b61-4f6e-9d55-0a4a7f2f6b11",
        "message": "Good evening. How was your day?",
    },
    "change_character": {"bio": "She restores old furniture.", "version": 1},
    "choose_primary_character": {"version": 1},
    "duplicate_character": {"name": "Mira by night"},
    "save_creation_session": {"step": 2, "draft": {"name": "Mira", "role": "dominant"}},
    "found_bond": {"name": "Us two", "description": "For the two of us.", "bond_type": "dyad", "is_private": True},
    "rate_boundary": {"rating": "hard_no", "shown": False},
    "register": {"email": "ana@example.org", "password": PASSWORD, "display_name": "Ana", "adult": True},
    "log_in": {"email": "ana@example.org", "password": PASSWORD},
    "refresh": {"refresh_token": TOKEN},
    "ask_for_reset": {"email": "ana@example.org"},
    "reset_password": {"token": TOKEN, "password": PASSWORD},
    "confirm_email": {"token": TOKEN, "password": PASSWORD},
    "change_password": {"current": PASSWORD, "new": "a new battery staple"},
    "refuse_mails": {"token": TOKEN},
    "allow_mails": {"token": TOKEN},
    "begin_anonymously": {"adult": True},
    "change_me": {"display_name": "Ana", "profile_sharing_setting": "overlapping_only"},
    "tell_demographics": {"name": "Ana", **ANATOMY, "gender": "woman", "adult": True},
    "change_boundaries": {"hard_limits": ["hardBoundaryImpact"], "soft_limits": []},
    "save_progress": {"answers": {"A1": 5, "B1a": "Y"}, "current_question": "B1b"},
    "submit_survey": {"answers": {"A1": 5, "B1a": "Y", "B1b": "M"}},
    "create_connection": {"recipient_email": "ben@example.org"},
    "preview_connection": {"token": TOKEN},
    "claim_connection": {"token": TOKEN},
    "register_device": {"platform": "ios", "token": "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad"},
    "mark_read": {"ids": [1, 2]},
    "open_session": {"partner": {"link": True}, "settings": {"intimacy_level": "R", "target_activities": 25}},
    "join": {"token": TOKEN},
    "write_note": {"text": "Slower next time. The kitchen!"},
    "write_card": {
        "partner_user_id": "5f0c9f5e-3b61-4f6e-9d55-0a4a7f2f6b11",
        "type": "dare",
        "rating": "R",
        "steps": [
            {"actor": "A", "do": "Massage your partner's shoulders for the length of one song."},
            {"actor": "B", "do": 'Say "softer", "firmer" or "enough" whenever you like.'},
        ],
        "tags": ["massage"],
    },
    "submit_purchase": {"platform": "android", "product_id": "premium", "purchase_token": TOKEN},
    "give_ticket": {"session_id": "0b6f2a52-9d7e-4a43-8f0b-5d1c0b2f7a10"},
    "change_bond": {"name": "Us", "is_private": True},
    "change_bond_settings": {"invite_expires_after_days": 3, "enable_points_system": False},
    "make_invite": {"expires_in_days": 7},
    "join_by_code": {"invite_code": "K7QF-2MXA-PL4T-ZD6W"},
    "ask_to_join": {"message": "It is me, from Sunday."},
    "approve_request": {"version": 1},
    "reject_request": {"version": 1},
    "withdraw_request": {"version": 1},
    "change_myself": {
        "nickname": "Bee",
        "role_in_bond": "switch",
        "safewords": {"slow": "yellow", "stop": "red", "nonverbal": "three taps"},
        "aftercare_needs": "Tea, a blanket, and no talking for a while.",
    },
    "change_rights": {"can_invite": True},
    "leave_bond": {"version": 1},
    "transfer_bond": {"user_id": "5f0c9f5e-3b61-4f6e-9d55-0a4a7f2f6b11"},
    "pause_bond": {"version": 1},
    "resume_bond": {"version": 1},
    "dissolve_bond": {"vote": True},
    "change_debrief": {"text": "I liked the quiet after it.", "shared": True},
    "ask_for_face": {"kinkster_id": "5f0c9f5e-3b61-4f6e-9d55-0a4a7f2f6b11", "style": "painting"},
    "ask_for_composition": {"style": "watercolour"},
    "ask_for_pose": {"style": "ink"},
    "choose_face": {"file_id": "5f0c9f5e-3b61-4f6e-9d55-0a4a7f2f6b11"},
    "connect_notion": {"token": "ntn_501234567890abcdefghijklmnopqrstuvwxyz"},
    "place_notion_databases": {"parent_page_id": "2f26ee68-df30-4251-aad4-8ddc420cba3d"},
    "sync_notion": {"texts": False},
    "resolve_notion_conflict": {"strategy": "merge", "fields": {"title": "ours", "description": "notion"}},
    "declare_state": {"state": "paused", "reason": "A hard week at work."},
}
"""By the operation's name."""
