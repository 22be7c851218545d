"""One thing that is done in bonds, and what is to come of it for each who does it."""

import msgspec


class Deed(msgspec.Struct, frozen=True):
    """What is done (`sql`) and what comes of it (`look`), by name of who does it."""

    of: str
    what: str
    sql: str
    look: str
    by: dict[str, str]
    before: str = ""
