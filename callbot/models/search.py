"""What residents are found by, kept sealed in blocks so that a new process need not read everybody.

Names and addresses are encrypted one by one; opening 100,000 of them takes 20 s. Two hundred
blocks with the same words are opened in less than one. No hashes of parts of names are kept: who
had the database could count them, and tell from how often each occurs what it stands for.
"""

from sqlalchemy import Column, Integer
from sqlmodel import Field, SQLModel

from callbot.models.columns import PrivateObject

RESIDENTS_IN_A_BLOCK = 500

ACTS_THAT_CHANGE_THE_SEARCH = (
    "resident_imported",
    "resident_updated",
    "period_restarted",
)
"""Acts of the history after which someone may be found by other words."""


class SearchBlock(SQLModel, table=True):
    """Residents id // RESIDENTS_IN_A_BLOCK == number, as they were after the act `last_act`."""

    __tablename__ = "search_block"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    last_act: int
    entries: dict[str, list[str]] = Field(
        sa_column=Column(PrivateObject, nullable=False),
        description="by id: community, grid, all that is searched",
    )
