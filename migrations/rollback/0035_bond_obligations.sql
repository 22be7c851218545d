-- Takes back 0035, with every task, rule, reward and point.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER users_suspend ON users;
DROP TRIGGER suspend ON bonds;
DROP TRIGGER suspend_newcomer ON bond_members;
DROP TRIGGER end_obligations ON bond_members;
DROP FUNCTION app.guard_task_step(tasks, tasks);
DROP TABLE suspensions, point_balances, points_ledger, rewards, rule_acknowledgements, rules, task_reminders, task_proof, tasks,
    task_series, task_templates;
DROP FUNCTION app.end_obligations_of_gone(), app.end_obligations(uuid, uuid), app.suspend_newcomer(), app.suspend_bond(),
    app.suspend_person(), app.end_suspension(uuid, uuid), app.known_zone(text), app.keep_entry(), app.reverse_points(uuid, jsonb),
    app.give_points(uuid, uuid, integer, jsonb), app.pay_reward(), app.award_task(), app.has_points(uuid),
    app.write_points(uuid, uuid, integer, points_kind_enum, points_source_enum, uuid, jsonb, uuid), app.guard_given_reward(),
    app.guard_reward(), app.guard_acknowledgement(), app.guard_rule(), app.guard_proof(), app.guard_removed_task(), app.guard_task(),
    app.guard_new_task(), app.guard_series(), app.may_ask(uuid, uuid, uuid, integer), app.guard_template(), app.refuse(text),
    app.hold_bond_for_job(uuid), app.is_suspended(uuid, uuid), app.leads(uuid, uuid, uuid);
DROP TYPE points_kind_enum, points_source_enum, reward_status_enum, reward_type_enum, rule_type_enum, proof_type_enum,
    task_recurring_enum, task_priority_enum, task_status_enum;

RESET search_path;
RESET ROLE;
