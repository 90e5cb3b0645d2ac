"""The tables that leave the house and come in again as spreadsheets, by their codes."""

from __future__ import annotations

from collections.abc import Mapping

from backend.exchange.table import Table
from backend.exchange.tables.credentials import CredentialsTable
from backend.exchange.tables.hours import HoursTable
from backend.exchange.tables.sessions import SessionsTable
from backend.exchange.tables.volunteers import VolunteersTable

TABLES: Mapping[str, type[Table]] = {
    table.code: table for table in (SessionsTable, VolunteersTable, CredentialsTable, HoursTable)
}
