"""Why something of a dump is not taken: a code that stays, and the sentence that people read. Never a word of its content."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    # The file.
    "unreadable": "This row cannot be read: it is cut, not UTF-8, or not a row of values.",
    "too_long": "This row is longer than any that we take.",
    "twice": "This id stands in the file twice; the first was read.",
    "no_id": "This row has no id that is one.",
    "unfinished": "The file ends in the middle of this table.",
    "other_form": "Rows of this table are written in a form that is not read.",
    "no_columns": "What the columns of this table are called is not said before its rows.",
    # People.
    "no_address": "This person has no e-mail address in the file.",
    "same_address": "Several people of the file have this person's e-mail address.",
    "not_here": "Nobody here has this person's e-mail address and has confirmed it.",
    "not_adult": "This person has not said here that they are an adult.",
    "keys_away": "What this person's texts are sealed with cannot be had now.",
    "nobodys": "Whose this is does not stand in the file.",
    "owner_not_here": "Whose this is is not here.",
    "person_not_here": "Whom this is for is not here.",
    # Bonds.
    "many_bonds": "Whoever founded this bond is in as many bonds as one may be.",
    "no_founder": "Whoever founded this bond is not here.",
    "bond_over": "This bond has ended, there or here.",
    "bond_unknown": "Which bond this belongs to does not stand in the file, or that bond was not taken.",
    "waits_for_yes": "Somebody whom this is for, or whose it is, is not in the bond yet: import the file again when they are.",
    "waits_for_own_yes": "This speaks, counts or says yes in its person's name, who has not said yes to that here yet: import the"
    " file again when they have.",
    "waits_for_all": "Points come when everybody in the bond has said yes to them here: import the file again then.",
    "another_file": "People in this bond said yes to what another file says of it: nothing new comes of this one.",
    "not_a_member": "Whoever this is of, or for, was not in this bond.",
    "bond_paused": "This bond was paused, so nothing is asked of anybody by it.",
    "person_paused": "This person takes a pause, here or there, so nothing is asked of them.",
    # Rows.
    "invalid": "Something in this row is missing, too long, or none of what it may be.",
    "not_possible": "This cannot be here: something is full, or switched off in the bond.",
    "over": "This is done, past or was called off; only what is still open is taken.",
    "past": "The date of this is past.",
    "of_a_task": "Deadlines come with their tasks.",
    "limit": "This touches a limit.",
    "rating_unclear": "Whose rating this is does not stand in the file; each says their own.",
    "rating_of_another": "This is not its owner's rating; each says their own.",
    "not_enough_points": "With this there would be less than no points.",
    "refused_before": "This was refused for good when the file was imported before.",
    "after_refused": "An entry before this one was refused.",
    "nobody_leads": "Nobody in the bond leads this person, so nobody can have given them points.",
    "not_permitted": "Whoever this is of may not do this here.",
    "adults_only": "A character is an adult, in every word.",
    "a_yes": "A yes is given by its person, here: none comes from a file.",
    "confirmations": "What was agreed to there is asked anew: a yes is given by its person, here.",
    "signatures": "Signatures are not taken: whoever agrees signs here.",
    "pictures": "Pictures are not fetched from elsewhere.",
    "there": "This is there already, from elsewhere.",
    "database": "The database refuses this row.",
}


def sentence(code: str) -> str:
    """What a code says; the code itself where it is another program's part that refuses."""
    return REASONS.get(code, f"This is refused here ({code}).")
