"""The store of this service: its own memory. Records are gone when it stops."""

from __future__ import annotations

from app.repository import MemoryRepository, Repository
from app.settings import Settings


def open_repository(_: Settings) -> Repository:
    return MemoryRepository()
