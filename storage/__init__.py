"""PostgreSQL and Redis: rows in, typed values out; one file a noun, the SQL inline next to the function that runs it. No rules
here: those are in `rooms/`. Called by a table's name where it is about one, so look for that first. Where else:

- PostgreSQL as such: `database` (the pools and the roles), `database_trouble`, `poolers`, `urls`, `lineage` (is it the one
  that was met before), `batches` (sharing a statement), `bounds` (what a CHECK refused), `upkeep`, `crash` (where fault
  tests kill).
- Redis as such: `keyspace`, `cluster` and `slots`, `redis_connections`, `redis_trouble`, `counts`.
- the schema: `migrate`, `migration_files`, `migration_errors`, `squashed`; its logins: `run_time_logins`, `login_passwords`,
  `scram`.
- the stores that come with the install: `embedded`, `engines`, `child`, `binaries`, `data_directory`, `disks`, `modes`,
  `store_errors`.
- what `verify` and `health` ask: `catalog` with `catalog_rules`, `catalog_roles`, `catalog_spelling`, `catalog_mends`;
  `proofs` with `proof_groups`, `proofs_of_bonds`, `proofs_of_words`, `proofs_of_characters`, `proofs_of_files`,
  `proofs_of_notion`, `references` and `sealed_rows`; `owners`, `sizes`, `outboxes`.
- keys and what is sealed: `person_keys` (a person's or a bond's, from `key_file` or `key_database`, `key_rows` what both
  are, `key_store` which one it is), `secret_keys` (what hangs on which secret), `sealing`, `sealed_bytes`,
  `sealed_purchases`, `sealed_notion`.
- backups: `backups`, `backup_archive`, `backup_sealing`, `backup_snapshot`, `pg_dump`, `pg_restore`, `pg_rows`, `pg_tools`;
  back again: `restore_target`, `restore_people`, `restore_tables`, `restore_carefully`, `restore_order`.
- people: `accounts`, `credentials`, `logins`, `open_logins`, `sign_ups`, `one_time_tokens`, `anonymous`, `supabase`,
  `profiles`, `surveys`, `submissions`, `compatibilities`, `partners`, `remembered`, `blocked`, `persons` and
  `submission_states` (for their bonds), `erased`, `consents`, `idempotency`; what they take away: `export`, `export_games`,
  `export_bonds`, `export_shown`, `export_catalog`, `export_catalog_bonds`.
- what reaches them: `notifications`, `pushes`, `devices`, `turns_begun`, `mail`, `refused_mail`; what they bought:
  `subscriptions`, `webhooks` (what stores tell).
- games: `openings`, `sessions`, `moves`, `commits` (the group commit), `turns`, `hot`, `game_rules`, `players`, `tastes`,
  `draw_changes`, `former_players`, `session_notes`; cards: `activities`, `couple_cards`, `favourites`, `ai_cards`.
- bonds: `bonds`, `bond_members`, `bond_invites`, `bond_requests`, `bond_settings`, `bond_first_steps`; `bond_rows` has the
  rows of every tool, and beside them `bond_tasks`, `bond_rules`, `bond_points`, `bond_limits`, `bond_check_ins`,
  `bond_messages`, `bond_calendar`, `bond_contracts`, `bond_scenes`; a command: `bond_replies`, `bond_places`, `bond_news`; a
  bond live: `bond_feed`, `bond_satellites`, `bond_watch`; the timetable: `bond_upkeep`; looking back: `bond_analytics`,
  `bond_achievements`; `imported` (what came of another program); pictures: `files`.
- characters: `kinksters`, `kinkster_drafts`, `kinkster_presets`, `talks`, `agent_sessions`, `image_generations`, `compositions`,
  `ai_spending`.
- Notion: `notion_connections`, `notion_databases`, `notion_pages`, `notion_rows`, `notion_conflicts`, `notion_runs`,
  `notion_intake`, `notion_weeks`.
"""
