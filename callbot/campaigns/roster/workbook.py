"""Reads an .xlsx or .xls file in a process of its own: `python -m …workbook FILE` prints JSON.

A single stray cell in the last row and column makes the reader ask for half a terabyte, which
ends the process it runs in; a damaged file may do worse. Here that ends only the child.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY_LIMIT_BYTES = 1 << 30
PASSWORD, UNREADABLE = 3, 4
"""Exit statuses."""


def main(path: str) -> int:
    # A file may hide anything; what it needs beyond this is refused by the system.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    try:
        workbook = CalamineWorkbook.from_path(path)
        json.dump([_sheet(workbook, name) for name in _visible(workbook)], sys.stdout)
    except PasswordError:
        return PASSWORD
    except (CalamineError, OSError, ValueError, MemoryError):
        return UNREADABLE
    return 0


def _visible(workbook: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible is SheetVisibleEnum.Visible
    ]


def _sheet(workbook: CalamineWorkbook, name: str) -> dict[str, Any]:
    sheet = workbook.get_sheet_by_name(name)
    rows = [[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        # Merged downwards, a cell holds for every row; merged sideways it is a title.
        if left == right and top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    return {"name": name, "rows": rows}


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return {"date": value.date().isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
