"""Passwords are hashed at less cost than people's are: thousands of made-up people sign up in a run of the tests."""

from argon2 import PasswordHasher

from game_server.accounts import passwords


def hash_at_less_cost() -> None:
    """In this process, and in those forked from it."""
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
