"""The page to play in: a small client of the HTTP and socket surface, served from here.

    pages.py         which addresses answer with the page, the static files, and the headers both carry
    assets.py        the page as it goes out: one script, one style sheet, packed, at addresses with a hash
    joined.py        many ES modules as one script
    gallery_page.py  every screen and state with made-up data (gallery/), in development only
    shell.py         manifests, the worker with its list of what it keeps, and neutral.py's page to leave to in a hurry
    app_links.py     the two files by which phones let links open an app
    notices.py       what a person sees at an address that does not exist (nowhere.html), and during an update (unready.html)
    static/          index.html, css/, js/: native modules that run as they lie (ATTUNED_PAGE=modules), nothing from third parties
    make-icons       the icons for home screens, from the two drawings
    package.json     only the type check: TypeScript's compiler reads the JSDoc types (tests/game_server/test_web_types.py)

In static/js: main.js starts, router.js reads the address, app.js lets people in; api.js speaks HTTP; room/ is the live room
(protocol, socket, fold, commands, screens), survey/ its questions and the saving of answers, profile/ what came of them,
pairing/ links and partners, bonds/ what they keep together for years, characters/ those that an AI plays, cards/ those that two
write, notion/ a workspace of one's own beside it all, evening/ what stays of one evening, history/ the screens of those of
before, plan/ what is used and paid, account/ who is playing, home/ the start, reach/ telling a phone while the page is closed,
shell/ what is around it on a phone, ui/ what all of them use.
"""

from litestar.handlers import HTTPRouteHandler

from game_server.web import assets, pages, shell
from game_server.web.gallery_page import routes as gallery
from game_server.web.pages import unknown


def routes(form: assets.Form = "built") -> list[HTTPRouteHandler]:
    """Everything that is served to browsers."""
    form = assets.possible(form)
    return [*pages.routes(form), *shell.routes(form)]


__all__ = ["gallery", "routes", "unknown"]
