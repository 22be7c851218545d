"""Taking away everything that is kept about oneself, as JSON or as a page to read: `GET /api/me/export`.

Start with `document.py`: which sections there are, in their order. What of which table is shown, and why anything is not, stands
in `storage/export_catalog.py`. `as_json.py` and `as_page.py` write what they are handed, a piece at a time: no more than one page
of rows is held, and no connection to the database while whoever reads is slow.

Nothing of a partner's is in it that the caller's own screens do not show: what two people share goes through the same views.
"""
