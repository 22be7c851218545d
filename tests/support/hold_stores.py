"""Runs the embedded stores of a directory until it is killed: the process that the tests kill."""

import sys
import time
from pathlib import Path

from storage.embedded import Stores

stores = Stores(Path(sys.argv[1]))
stores.start()
print(stores.database_url, stores.redis_url, flush=True)
while True:
    time.sleep(3600)
