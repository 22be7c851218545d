"""What this process counts and times: numbers and codes only, never ids or content. `metrics.py` shows them."""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram, Info, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]  # a third more series, which nothing of ours asks for

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
BOND_SOCKETS = Gauge("attuned_bond_sockets", "sockets of bonds open")
CONNECTIONS_REFUSED = Counter(
    "attuned_connections_refused", "connections that found no place, by what was full", ["full"]
)
CONNECTIONS_CUT = Counter("attuned_connections_cut", "connections cut because their peer took nothing")
REQUESTS_UNREADABLE = Counter("attuned_requests_unreadable", "what the HTTP parser refused, by status", ["status"])
LOG_LINES_DROPPED = Counter("attuned_log_lines_dropped", "lines that standard output or error did not take", ["stream"])
PUSHES = Counter("attuned_pushes", "pushes handed to a vendor, by platform and outcome", ["platform", "outcome"])
CARDS_ASKED = Counter("attuned_cards_asked", "cards asked of the AI, by what became of them", ["outcome"])
CARD_SECONDS = Histogram("attuned_card_seconds", "from asking the AI for a card to its answer", buckets=_FAST)
CARD_WRITER_RESTS = Gauge(
    "attuned_card_writer_rests", "is the AI left alone by this process, because it did not answer"
)
IMAGES_DRAWN = Counter("attuned_images_drawn", "pictures asked of the AI, by what became of them", ["outcome"])
IMAGE_SECONDS = Histogram(
    "attuned_image_seconds",
    "from asking the AI for a picture to its answer",
    buckets=(0.5, 1, 2, 5, 10, 20, 40, 80, 120),
)
ANSWERS = Counter(
    "attuned_answers", "answers of characters, by provider and what became of them", ["provider", "outcome"]
)
ANSWER_FIRST_SECONDS = Histogram(
    "attuned_answer_first_seconds",
    "from asking an AI to the first sentence that is shown, by provider",
    ["provider"],
    buckets=_FAST,
)
ANSWER_COST_MICROS = Counter(
    "attuned_answer_cost_micros", "what answers cost, in millionths of the prices' currency, by provider", ["provider"]
)
ANSWERS_WITHHELD = Counter(
    "attuned_answers_withheld", "sentences that were not let out, by what they touched", ["reason"]
)
ANSWERS_OPEN = Gauge("attuned_answers_open", "answers that this process is writing")
TALKER_RESTS = Gauge(
    "attuned_talker_rests", "is an AI that talks left alone by this process, because it did not answer", ["provider"]
)
PICTURES = Counter("attuned_pictures", "pictures that were uploaded, by what became of them", ["outcome"])
PICTURE_BYTES = Counter("attuned_picture_bytes", "bytes of pictures that were kept, as they are written anew")
ROOMS = Gauge("attuned_rooms", "rooms with a phone here, by phase", ["phase"])

BUILD = Info("attuned_build", "what runs here: the program's version, Python's, and the newest migration it knows")
REQUESTS = Counter("attuned_http_requests", "requests, by method, route and status", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "attuned_http_request_seconds", "from a request to its answer, by method and route", ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
)  # fmt: skip
REQUESTS_OPEN = Gauge("attuned_http_requests_open", "requests that are being answered")
SPANS_LOST = Counter("attuned_spans_lost", "spans that the collector did not take")

READY = Gauge("attuned_ready", "is /health/ready 200")
DATABASE_UP = Gauge("attuned_database_up", "does PostgreSQL answer")
REDIS_UP = Gauge("attuned_redis_up", "does Redis answer")
KEYS_UP = Gauge("attuned_keys_up", "can people's keys be read")
POOL_SIZE = Gauge("attuned_pool_size", "connections to PostgreSQL that are open, by pool", ["pool"])
POOL_MOST = Gauge("attuned_pool_most", "connections to PostgreSQL that there may be, by pool", ["pool"])
POOL_BUSY = Gauge("attuned_pool_busy", "connections to PostgreSQL in use, by pool", ["pool"])
POOL_WAITING = Gauge("attuned_pool_waiting", "who waits for a connection to PostgreSQL, by pool", ["pool"])

TIMETABLE_LED = Gauge("attuned_timetable_led", "is the timetable run by this process")
JOB_STARTED = Gauge("attuned_job_started_timestamp_seconds", "when a job began last, wherever", ["name"])
JOB_ENDED = Gauge("attuned_job_ended_timestamp_seconds", "when a job ended last, wherever", ["name"])
JOB_FAILED = Gauge("attuned_job_failed", "did a job fail when it ended last", ["name"])
JOB_LAG = Gauge("attuned_job_lag_seconds", "how long ago a job should have begun again", ["name"])

OUTBOX_WAITING = Gauge("attuned_outbox_waiting", "messages to be sent, by outbox", ["outbox"])
OUTBOX_DUE = Gauge("attuned_outbox_due", "messages to be sent whose time has come, by outbox", ["outbox"])
OUTBOX_FAILED = Gauge("attuned_outbox_failed", "messages to be sent that failed before, by outbox", ["outbox"])
OUTBOX_OLDEST = Gauge("attuned_outbox_oldest_seconds", "age of the oldest message to be sent, by outbox", ["outbox"])
OUTBOX_GIVEN_UP = Gauge("attuned_outbox_given_up", "messages that nobody tries to send any more, by outbox", ["outbox"])

OF_TABLES = (
    JOB_STARTED, JOB_ENDED, JOB_FAILED, JOB_LAG, OUTBOX_WAITING, OUTBOX_DUE, OUTBOX_FAILED, OUTBOX_OLDEST, OUTBOX_GIVEN_UP,
)  # fmt: skip
"""Those that come from the database's tables."""


@cache
def ack_seconds(command: type) -> Histogram:
    """That of one command: to look it up by its label takes longer than to observe."""
    return ACK_SECONDS.labels(command.__name__.lower())


def committed(commands: int, seconds: float) -> None:
    """One group commit."""
    COMMIT_SIZE.observe(commands)
    COMMIT_SECONDS.observe(seconds)
