"""What people read, in their language. English stands in the program and is the key, as everywhere with gettext.

    catalogues.py   the sentences of a language, by their English
    choice.py       which of our languages somebody reads: what they chose, or what their program asks for
    page.py         the catalogues that the page fetches
    words/          AREA.LANGUAGE.po, which people edit, and the .json that is made of it and read here

`./test words` takes new sentences into the .po files, makes the .json and says what is still to be translated.
"""
