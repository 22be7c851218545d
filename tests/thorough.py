"""What `./test` leaves to `./test --thorough`, which CI runs before anything lands: long tests of what seldom changes.

Whoever names a file, or runs `./test faults`, runs all that is in it.
"""

from collections.abc import Mapping

BUT: Mapping[str, tuple[str, ...]] = {
    "faults/test_bond_lines.py": (),
    "faults/test_crash_points.py": (),
    "faults/test_planted.py": (),
    "faults/test_redis_cluster.py": (),
    "game_server/test_ai_cards.py": (),
    "game_server/test_ai_cards_live.py": (),
    "game_server/test_allowance.py": (),
    "game_server/test_apple_forgeries.py": (),
    "game_server/test_assets.py": ("the_page_loads_one_script", "a_browser_gets_what_it_accepts"),
    "game_server/test_backups.py": (),
    "game_server/test_bank_check.py": (),
    "game_server/test_bank_export.py": (),
    "game_server/test_bank_import.py": (),
    "game_server/test_bank_review.py": (),
    "game_server/test_bank_workbooks.py": (),
    "game_server/test_bonds_import.py": (),
    "game_server/test_calendar_files.py": (),
    "game_server/test_card_languages.py": (),
    "game_server/test_character_images.py": (),
    "game_server/test_commands.py": ("the_embedded_default", "every_command_explains", "settings_that_do_not_exist"),
    "game_server/test_dump_files.py": (),
    "game_server/test_google_purchases.py": (),
    "game_server/test_looking_back.py": (),
    "game_server/test_metrics.py": (),
    "game_server/test_notion.py": (),
    "game_server/test_notion_connecting.py": (),
    "game_server/test_obligation_histories.py": (),
    "game_server/test_outlets.py": (),
    "game_server/test_pact_histories.py": (),
    "game_server/test_page.py": ("two_phones_play_a_game", "stop_ends_everything"),
    "game_server/test_page_survey.py": ("ten_questions_lead",),
    "game_server/test_personal_play.py": (),
    "game_server/test_pgbouncer.py": (),
    "game_server/test_releases.py": (),
    "game_server/test_socket_fuzz.py": (),
    "game_server/test_starter_bank.py": (),
    "game_server/test_supabase_erasures.py": (),
    "game_server/test_talks_in_house.py": (),
    "game_server/test_verify.py": ("of_what_people_do",),
    "game_server/test_web_types.py": (),
    "storage/test_catalog.py": (),
    "storage/test_embedded.py": ("nobody_gets_in", "kill_9_of_the_parent"),
    "storage/test_migrate.py": ("up_down_and_up", "each_step_back", "every_file_acts", "one_applies"),
    "storage/test_policy_plans.py": (),
    "storage/test_run_time_logins.py": (),
    "storage/test_squashed.py": (),
}
"""Of these files all but the tests whose names begin so."""

ONLY: Mapping[str, tuple[str, ...]] = {
    "game_server/test_edge.py": ("head_is_get",),
    "game_server/test_every_answer.py": ("every_route_answers",),
    "game_server/test_openapi.py": ("what_is_answered_is",),
    "game_server/test_route_matrix.py": ("it_answers_to_whom",),
    "game_server/test_settings.py": ("the_program_runs_on", "what_cannot_be_connected"),
    "rooms/test_weights.py": ("of_very_many_cards",),
    "storage/test_matrix.py": ("one_that_is_seen", "those_said_to_change"),
}
"""Of these files no others than the tests whose names begin so."""


def left_out(file: str, test: str) -> bool:
    """Is it? The file's path from tests/ on, and the function's name."""
    name = test.removeprefix("test_")
    return (file in BUT and not name.startswith(BUT[file] or ("\0",))) or name.startswith(ONLY.get(file, ("\0",)))


def is_left_out_whole(file: str) -> bool:
    """Then it is not even read."""
    return BUT.get(file) == ()
