"""The activity bank as the program handles it: reading files of cards, importing them, and showing the bank over HTTP.

`bank_files` turns a file into rows (`bank_workbook` one of XLSX, after `bank_xml` has looked at what is inside; what all give
is in `bank_source`), `bank_rows` a row into a card (`bank_sheet` one of an operator's spreadsheet, by its `bank_cells`),
`bank_import` writes them at once.
`bank_export` goes the other way, `bank_check` looks the bank over, `bank_review` is an operator's walk over its cards (with the
changes of `bank_edits`). What a server does with the bank is in `actions`, `api` is the read-only HTTP surface, `views` a card
as people get it.
`starter_bank.json` ships with the program so that the first start plays, `starter_history.json` tells what earlier versions
shipped. `ahead` asks an AI for cards of the rooms that are played. Which card two people see is the draw's business, in
`rooms/sessions`.
"""
