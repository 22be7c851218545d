"""The catalogues of words: `./test words` takes new sentences into them, drops what nobody says any more, writes the JSON that
the program reads, and says what is wrong with them. `./test words --check` only says it. Whoever translates writes into the .po
files of `game_server/languages/words` and runs this once more.

    english.py     every sentence, by catalogue: from the page's modules, and from what the server's hold
    javascript.py  what a module of the page says, and words in it that no catalogue sees
    books.py       the .po files: read, brought up to date, written, and as JSON
    faults.py      what is wrong with one
"""

import sys

from tests.words import books, faults


def main() -> int:
    """0 where nothing is wrong."""
    found = []
    for area, languages in books.SHIPPED.items():
        for language in languages:
            if "--check" not in sys.argv:
                catalogue = books.renewed(area, language)
                books.path(area, language).write_bytes(books.as_po(catalogue))
                books.path(area, language, "json").write_bytes(books.as_json(catalogue))
            found += faults.of(area, language)
    print("\n".join(found) or "Every sentence is translated.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
