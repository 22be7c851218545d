"""Pictures that people upload, to show them to somebody: as proof of a task, with a message.

What comes is read by `uploads.py`, decoded and written anew in a process of its own (`process/pictures.py`), sealed with the
uploader's key and put into the object store (`integrations/objects.py`), and only then there is a row (`actions.py`). Who may see
it is asked of what it hangs on, twice: when an address is given (`addresses.py`), and when it is opened. What is withdrawn, never
attached, or goes with what it hung on is brought down from the store by `sweeps.py`, of notes in the database.

Not here: the statements (`storage/files.py`), how bytes are sealed (`storage/sealed_bytes.py`), what files hang on (`bonds`).
"""
