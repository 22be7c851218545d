"""Everything that can be refused: a stable `code`, and the class docstring as the sentence people read.

    Refused
    ├── room commands      NotStarted, NotYourTurn, Stale, NoCard, Paused, CoolingDown, NoProposal, LimitReached, …
    ├── asking for a thing NotFound, WrongState, Expired, Taken, …
    └── asking badly       BadMessage, Invalid, RateLimited, …

No HTTP here: `game_server/errors.py` maps each class to a status.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class Refused(Exception):
    """This cannot be done now."""

    code: ClassVar[str] = "refused"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str | None = None, *, fields: Mapping[str, str] | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.fields = dict(fields) if fields else None
        super().__init__(self.message)


# --- room commands -------------------------------------------------------------------------------------------------


class NotStarted(Refused):
    """The game has not started yet: both players have to be ready first."""

    code = "not_started"


class NotYourTurn(Refused):
    """It is the other player's move."""

    code = "not_your_turn"


class Stale(Refused):
    """The game has moved on since that button was shown; look at the screen and choose again."""

    code = "stale"


class NoCard(Refused):
    """There is no card this could be about."""

    code = "no_card"


class Paused(Refused):
    """The game is paused. It goes on when both players have said so."""

    code = "paused"


class CoolingDown(Refused):
    """The cool-down is still running. There is time."""

    code = "cooling_down"


class NoProposal(Refused):
    """No change of level is waiting for an answer."""

    code = "no_proposal"


class LimitReached(Refused):
    """Today's cards are used up. They come back at midnight UTC, or with a subscription."""

    code = "limit_reached"


class SessionOver(Refused):
    """This game is over."""

    code = "session_over"


class NotHosted(Refused):
    """That seat has its own player; only they can speak for it."""

    code = "not_hosted"


class Replaced(Refused):
    """This seat has been opened on a newer connection."""

    code = "replaced"


class Busy(Refused):
    """Too many moves arrived at the same moment. Please try again."""

    code = "busy"
    retryable = True


class Unavailable(Refused):
    """The server cannot save right now. Try again with the same id; nothing is done twice."""

    code = "unavailable"
    retryable = True


class KeysUnavailable(Refused):
    """Your answers are kept sealed, and their key cannot be read right now. Nothing is lost; please try again later."""

    code = "keys_unavailable"
    retryable = True


class Updating(Refused):
    """This server is being updated. Nothing is lost; please try again in a moment."""

    code = "updating"
    retryable = True


class RateLimited(Refused):
    """That was too fast. Please wait a moment."""

    code = "rate_limited"
    retryable = True

    def __init__(self, message: str | None = None, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BadMessage(Refused):
    """The message could not be understood."""

    code = "bad_message"


class IdReused(Refused):
    """This command id was already used for something else. Make a new id for a new command."""

    code = "id_reused"


# --- asking for a thing --------------------------------------------------------------------------------------------


class NotFound(Refused):
    """There is no such thing, or it is not yours."""

    code = "not_found"


class Unauthorized(Refused):
    """Please sign in: the token is missing, expired or revoked."""

    code = "unauthorized"


class Forbidden(Refused):
    """This kind of caller cannot do that."""

    code = "forbidden"


class AdultRequired(Refused):
    """Please confirm first that you are an adult (POST /api/me/demographics with adult: true)."""

    code = "adult_required"


class ProfileRequired(Refused):
    """Please give your name and anatomy first (POST /api/me/demographics)."""

    code = "profile_required"


class WrongState(Refused):
    """That is not possible in the present state."""

    code = "wrong_state"


class Expired(Refused):
    """This request has expired. Please make a new one."""

    code = "expired"


class InvalidToken(Refused):
    """This link is wrong, used or expired. Ask your partner for a new one."""

    code = "invalid_token"


class Taken(Refused):
    """That id already belongs to somebody; send its own token to renew it."""

    code = "taken"


class EmailTaken(Refused):
    """An account with this e-mail address exists already. Sign in, or reset the password."""

    code = "email_taken"


class EmailRequired(Refused):
    """Your account has no e-mail address that can be used here. Add one where you sign in, and sign in again."""

    code = "email_required"


class SignUpElsewhere(Refused):
    """Nobody signs up here: sign up and in with this service's own sign-in, and come back with its token."""

    code = "sign_up_elsewhere"


class SignInUnavailable(Refused):
    """Your sign-in cannot be checked right now. Nothing is wrong with it: please try again in a moment."""

    code = "sign_in_unavailable"
    retryable = True


class WrongCredentials(Refused):
    """E-mail address or password is wrong."""

    code = "wrong_credentials"


class WrongPassword(Refused):
    """This is not the password of this account."""

    code = "wrong_password"


class NoPassword(Refused):
    """This account has no password here: it signs in with another provider, and the password is changed there."""

    code = "no_password"


class LockedOut(RateLimited):
    """Too many failed attempts. Please wait 15 minutes, or reset the password."""

    code = "locked_out"


class NotSigned(Refused):
    """This does not carry the signature of whoever may send it."""

    code = "not_signed"


class PurchaseRefused(Refused):
    """The store does not confirm this purchase. Nothing was changed; if you have paid, restore your purchases in the app."""

    code = "purchase_refused"


class PurchaseTaken(Refused):
    """This purchase belongs to another account. Sign in with the account it was bought with."""

    code = "purchase_taken"


class StoreUnavailable(Refused):
    """The store cannot be asked right now. Nothing is lost: please try again in a moment."""

    code = "store_unavailable"
    retryable = True


class KeyReused(Refused):
    """This Idempotency-Key was already used for a different request."""

    code = "key_reused"


# --- in a bond -----------------------------------------------------------------------------------------------------


class NotPermitted(Refused):
    """Your part in this bond does not give you that."""

    code = "not_permitted"


class Changed(Refused):
    """This was changed in the meantime. Look at it as it is now, and say it again if you still want it."""

    code = "changed"
    current: Any = None
    """The row as whoever asked sees it now."""


class PersonPaused(Refused):
    """They are taking a pause. Nothing new is asked of them until they say otherwise."""

    code = "person_paused"


class BondPaused(Refused):
    """This bond is paused. It goes on when everybody who paused it has said so."""

    code = "bond_paused"


class NotEnoughPoints(Refused):
    """There are not enough points for that."""

    code = "not_enough_points"


class BondFull(Refused):
    """There is no room for one more in this bond."""

    code = "bond_full"


class LastMember(Refused):
    """You are the only one in this bond. Dissolve it instead: you can read it for 30 days more."""

    code = "last_member"


class Limit(Refused):
    """This touches a limit. Please think of something else."""

    code = "limit"
    bond: Any = None
    """The bond whose filter refused it: there it is counted."""


class ProofRequired(Refused):
    """This needs a proof: a few words are always enough."""

    code = "proof_required"


class AdultsOnly(Refused):
    """Everybody here is an adult, in every word. Please say it in another way."""

    code = "adults_only"


# --- characters -----------------------------------------------------------------------------------------------------


class NotConfigured(Refused):
    """Nobody answers for characters here: whoever runs this server has not set that up."""

    code = "not_configured"


class BudgetUsed(RateLimited):
    """That is all for today: what characters may cost on one day is used up. It goes on at midnight UTC."""

    code = "budget_used"


class ProviderBusy(Refused):
    """Whoever answers for this character has no time right now. Please try again in a moment."""

    code = "provider_busy"
    retryable = True


class ProviderUnavailable(Refused):
    """Whoever answers for this character cannot be reached right now. Please try again later."""

    code = "provider_unavailable"
    retryable = True

    def __init__(self, message: str | None = None, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ProviderRefused(Refused):
    """The answer was refused where it is made. Please say it otherwise, or talk of something else."""

    code = "provider_refused"


class ProviderBroken(Refused):
    """What came was no answer. What had come before it is kept."""

    code = "provider_broken"


class AnswerCut(Refused):
    """The answer broke off. What had come is kept."""

    code = "answer_cut"


class AnswerStopped(Refused):
    """The answer was stopped. What had come is kept."""

    code = "answer_stopped"


class AnswerLost(Refused):
    """The server went away while it answered. What had come is kept."""

    code = "answer_lost"


# --- Notion -----------------------------------------------------------------------------------------------------------


class NotionRefused(Refused):
    """Notion does not accept this: look at the token, and at what it is allowed to see there."""

    code = "notion_refused"


class NotionUnavailable(Refused):
    """Notion cannot be asked right now. Nothing is lost: please try again in a moment."""

    code = "notion_unavailable"
    retryable = True


# --- asking badly --------------------------------------------------------------------------------------------------


class Invalid(Refused):
    """A field of the request is wrong."""

    code = "invalid"


class NotJson(Refused):
    """The body is not valid JSON."""

    code = "bad_json"


class BadRequest(Refused):
    """This is not a request that can be read."""

    code = "bad_request"


class TooSlow(Refused):
    """The request did not arrive whole in time. Please send it again."""

    code = "request_timeout"


class AddressTooLong(Refused):
    """The address of the request is too long."""

    code = "address_too_long"


class HeadersTooLarge(Refused):
    """The headers of the request are too many or too long."""

    code = "headers_too_large"


class TooLarge(Refused):
    """The request is too large."""

    code = "too_large"


class UnsupportedMedia(Refused):
    """Send JSON with content-type application/json."""

    code = "unsupported_media_type"


class MethodNotAllowed(Refused):
    """This address does not take that method."""

    code = "method_not_allowed"
