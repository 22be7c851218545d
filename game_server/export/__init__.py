"""Taking away everything that is kept about oneself, as JSON or as a page to read: `GET /api/me/export` (`api`).

Start with `document`: which sections there are, in their order. What of which table is shown, and why anything is not, stands
in `storage/export_catalog.py`. `reader` reads lists page by page, for as long as the caller is let in; `sealed` is what is
opened before the answer begins; `games`, `couples` and `bonds` are what is shared with others. `as_json` and `as_page` (with
its `words`) write what they are handed, a piece at a time: no more than one page of rows is held, and no connection to the
database while whoever reads is slow.

Nothing of a partner's is in it that the caller's own screens do not show: what two people share goes through the same views.
"""
