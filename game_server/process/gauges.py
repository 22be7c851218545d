"""What this process counts and times: numbers and codes only, never ids or content. `metrics.py` shows them."""

from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)

CONNECTS = Counter("attuned_connects", "room sockets that became live")
CLOSES = Counter("attuned_closes", "room sockets closed, by close code", ["code"])
RESUMES = Counter("attuned_resumes", "resumes, by mode", ["mode"])
RESUME_SECONDS = Histogram("attuned_resume_seconds", "from hello to live", buckets=_FAST)
ACK_SECONDS = Histogram(
    "attuned_ack_seconds", "from a command's frame to its ack, by command", ["command"], buckets=_FAST
)
COMMIT_SECONDS = Histogram("attuned_commit_seconds", "one group commit", buckets=_FAST)
COMMIT_SIZE = Histogram("attuned_commit_commands", "commands in one group commit", buckets=(1, 2, 4, 8, 16, 32, 64))
REFUSALS = Counter("attuned_refusals", "refused commands, by code", ["code"])
RETRIES = Counter("attuned_retries", "commands decided again, by what they lost to", ["outcome"])
DUPLICATES = Counter("attuned_duplicates", "commands answered with their first ack")
BELL_SECONDS = Histogram("attuned_bell_seconds", "a probe's way through Redis and back", buckets=_FAST)
LOOP_LAG_SECONDS = Histogram("attuned_loop_lag_seconds", "how late the event loop woke", buckets=_FAST)
QUEUE_FRAMES = Gauge("attuned_queue_frames", "frames waiting in the fullest phone's queue")
SOCKETS = Gauge("attuned_sockets", "room sockets open")
CONNECTIONS_REFUSED = Counter(
    "attuned_connections_refused", "connections that found no place, by what was full", ["full"]
)
CONNECTIONS_CUT = Counter("attuned_connections_cut", "connections cut because their peer took nothing")
REQUESTS_UNREADABLE = Counter("attuned_requests_unreadable", "what the HTTP parser refused, by status", ["status"])
LOG_LINES_DROPPED = Counter("attuned_log_lines_dropped", "lines that standard output or error did not take", ["stream"])
PUSHES = Counter("attuned_pushes", "pushes handed to a vendor, by platform and outcome", ["platform", "outcome"])
ROOMS = Gauge("attuned_rooms", "rooms with a phone here, by phase", ["phase"])


def committed(commands: int, seconds: float) -> None:
    """One group commit."""
    COMMIT_SIZE.observe(commands)
    COMMIT_SECONDS.observe(seconds)
