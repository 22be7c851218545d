"""The bugs that are planted, each one that somebody could write. What no longer fits the program is anchored anew, never dropped.

A plant that changes more than one place is one bug whose other half something else would catch first.
"""

from tests.faults.planted.bugs.allowance import ALLOWANCE
from tests.faults.planted.bugs.commits import COMMITS
from tests.faults.planted.bugs.consent import CONSENT
from tests.faults.planted.bugs.delivery import DELIVERY
from tests.faults.planted.bugs.halts import HALTS
from tests.faults.planted.bugs.points import POINTS
from tests.faults.planted.bugs.privacy import PRIVACY

PLANTS = (*COMMITS, *POINTS, *DELIVERY, *HALTS, *CONSENT, *PRIVACY, *ALLOWANCE)
QUICK = (
    "publish before commit",
    "stop queued behind commands",
    "one resume is enough",
    "limits not compared",
    "feedback told",
)
"""A few of them, of different kinds, that grow whenever the fault tests run."""
