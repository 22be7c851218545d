"""What members of a bond are told of what others do there: by which name a line in their list goes, and how it reaches them."""

from collections.abc import Mapping

import msgspec


class News(msgspec.Struct, frozen=True, kw_only=True):
    """`noun`: what it is about; a later kind about the same row makes the same line new. It `presses` whoever it is for to
    something, so nobody's phone rings with it during their pause. `once`: no other while the one before is unread. Not `pushed`:
    in the app alone. Not `named`: nobody keeps whose doing it was.
    """

    noun: str
    presses: bool = False
    once: bool = False
    pushed: bool = True
    named: bool = True


NEWS: Mapping[str, News] = {
    "task_new": News(noun="task_news", presses=True),
    "task_done": News(noun="task_news"),
    "task_again": News(noun="task_news", presses=True),
    "task_approved": News(noun="task_news"),
    "extension_asked": News(noun="task_news"),
    "extension_answered": News(noun="task_news"),
    "reward_new": News(noun="reward_news"),
    "rule_new": News(noun="rule_news", presses=True),
    "contract_sign": News(noun="contract_news", presses=True),
    "contract_signed": News(noun="contract_news"),
    "contract_ended": News(noun="contract_news"),
    "scene_confirm": News(noun="scene_news", presses=True),
    "scene_agreed": News(noun="scene_news"),
    "scene_off": News(noun="scene_news"),
    "message": News(noun="message_news", once=True),
    "bond_paused": News(noun="pause_news", pushed=False, named=False),
}
"""By kind; the words of each are those of `rooms/notifications/kinds.py`."""
