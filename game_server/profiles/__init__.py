"""What people say about themselves: name and anatomy, the survey, their limits; and what partners may see of it.

    api.py            demographics, the own profile, limits, the history of cards          actions.py  what they do
    survey_api.py     the survey, its progress and its submission                          surveys.py  what they do
    partner_views.py  a partner's profile, and how well the two fit                        matching.py computes the latter
    views.py          the own profile as a screen shows it
    person_key.py     a person's own key, and whether these keys are this database's
    key_file_in_use.py  that one machine at a time uses a file of keys
    erasure.py        what people who are gone leave outside the tables: keys, mails, hot copies

Before the survey a profile is neutral: it holds anatomy and limits, and nothing about what somebody likes. The scoring is
`rooms/profiles/`. Answers are sealed with the person's own key; the derived profile is not, because the draw computes on
it. Start at `surveys.submit`.
"""
