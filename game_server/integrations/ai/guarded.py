"""What every AI that talks does around an answer: it is left alone where it does not answer, and asked again when it is well."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import aclosing

import structlog

from game_server.integrations.ai.talker import Ask, Ended, NoAnswer, Said
from game_server.integrations.breaker import Breaker
from game_server.process import gauges
from rooms.characters.character import Provider

log = structlog.get_logger()


class Guarded(ABC):
    """A `Talker` behind a breaker. Who answers says how in `_answered`, which is begun once."""

    provider: Provider

    def __init__(self, breaker: Breaker) -> None:
        self._breaker = breaker

    @property
    def rests(self) -> int:
        return self._breaker.rests_s

    async def answer(self, ask: Ask) -> AsyncIterator[Said | Ended]:
        if not self._breaker.begin():
            raise NoAnswer("provider_unavailable", taken=False)
        try:
            async with aclosing(self._answered(ask)) as pieces:  # type: ignore[type-var]  # it is a generator
                async for one in pieces:
                    self._breaker.went_well()
                    yield one
        except NoAnswer as error:
            self._note(error)
            raise
        except RecursionError:  # what it said is nested so deep that nobody can read it
            broken = NoAnswer("provider_broken")
            self._note(broken)
            raise broken from None
        except BaseException:
            self._breaker.went_well()  # whoever listened went away
            raise
        finally:
            gauges.TALKER_RESTS.labels(self.provider).set(self._breaker.open)

    @abstractmethod
    def _answered(self, ask: Ask) -> AsyncIterator[Said | Ended]:
        """The pieces of an answer. Raises NoAnswer."""

    def _note(self, error: NoAnswer) -> None:
        if error.why in ("provider_refused", "not_configured"):
            self._breaker.went_well()  # it is there
        elif self._breaker.failed():
            log.warning("talker_rests", provider=self.provider, reason=error.why)
        if error.why == "not_configured":
            log.error("talker_misconfigured", provider=self.provider)
