"""What people read, in their language. English stands in the program and is the key, as everywhere with gettext.

    catalogues.py   the sentences of a language, by their English
    choice.py       which of our languages somebody reads: what they chose, or what their program asks for
    page.py         the catalogues that the page fetches
    words/          AREA.LANGUAGE.po, which people edit, and the .json that is made of it and read here

Five things of this program are called a language, and only the first three are ours to translate:

    whose             where it stands                        what it decides                           what there is
    a catalogue's     words/, tests/words/books.py           what can be said at all                   `Language`: en, de, es
    the page's        `attuned.language` in the browser,     what the page says; its requests ask      the same; `LANGUAGES` of
                      else what the browser asks for         for it (Accept-Language), and refusals    ui/tongue.js, beside their
                                                             and the survey come in it (choice.py)     own names
    an account's      `users.language`, kept with what is    mails and notifications, which come       the same; a newer
                      chosen on a page that is signed in     while no page is open                     program may write others
    a game's          `settings.rules.language`, chosen in   which cards are drawn, and what stands    any tag of a card's, also
                      home/settings.js; `played` of          in a card for who is gone                 de-AT: then de too
                      rooms/activities/language.py
    a card's          `activities.language` (docs/bank.md)   in which games it comes; what two wrote   en, pt-BR …; the bank's
                                                             for themselves comes in all of theirs     are listed by GET
                                                                                                       /api/activities/languages

A page in Spanish thus plays English cards, and two phones whose pages speak differently play one game in its language.

`./test words` takes new sentences into the .po files, makes the .json and says what is still to be translated.
"""
