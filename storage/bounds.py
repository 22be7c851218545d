"""How large what people write may become: the names of the bounds in the database, and the field that each is about.

The migrations have the numbers, as CHECKs of these names. They hold for what is stored, after merging.
"""

import asyncpg

FIELDS = {
    "users_notification_preferences_bounded": "notification_preferences",
    "users_demographics_bounded": "demographics",
    "users_display_name_bounded": "display_name",
    "users_email_bounded": "email",
    "anonymous_sessions_demographics_bounded": "demographics",
    "anonymous_sessions_display_name_bounded": "name",
    "anonymous_sessions_id_bounded": "session_id",
    "anonymous_sessions_fingerprint_bounded": "device_fingerprint",
    "push_notification_tokens_bounded": "token",
    "survey_progress_answers_bounded": "answers",
    "survey_progress_current_question_bounded": "current_question",
    "survey_submissions_payload_bounded": "answers",
    "profiles_boundaries_bounded": "hard_limits",
    "profiles_anatomy_bounded": "anatomy_self",
    "sessions_rules_bounded": "settings.rules",
    "sessions_partner_anonymous_name_bounded": "partner.hosted.name",
    "sessions_partner_anonymous_anatomy_bounded": "partner.hosted.anatomy_self",
    "session_seats_display_name_bounded": "name",
    "session_notes_words_bounded": "text",
    "files_to_delete_bounded": "file",
}


def field_over(error: BaseException) -> str | None:
    """The field that a refusal of the database's says is too large; None for any other error."""
    return FIELDS.get(error.constraint_name or "") if isinstance(error, asyncpg.CheckViolationError) else None


def is_no_text(error: BaseException) -> bool:
    """Did the database refuse a character that no text of its own may hold?"""
    return isinstance(error, asyncpg.UntranslatableCharacterError | asyncpg.CharacterNotInRepertoireError)
