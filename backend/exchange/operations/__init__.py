"""What may be done to an import: sent, compared by a worker, confirmed, written by a worker, put
aside, forgotten."""

from backend.exchange.operations.forgetting import KEPT_DAYS, forget_imports
from backend.exchange.operations.leaving import (
    EXPORT_HELD,
    LONGEST_PURPOSE,
    NoLongerHeld,
    NotByHerself,
    PurposeNeeded,
    ask_export,
    decide_export,
    take_export,
)
from backend.exchange.operations.staging import (
    ImportStopped,
    end_checking,
    refuse_import,
    start_again,
    store_rows,
)
from backend.exchange.operations.uploading import (
    ImportOver,
    confirm_import,
    drop_import,
    upload,
)
from backend.exchange.operations.working import alone, begin_work, sweep_imports
from backend.exchange.operations.writing import end_import, note_written, refuse_row, write_row

__all__ = [
    "EXPORT_HELD",
    "KEPT_DAYS",
    "LONGEST_PURPOSE",
    "ImportOver",
    "ImportStopped",
    "NoLongerHeld",
    "NotByHerself",
    "PurposeNeeded",
    "alone",
    "ask_export",
    "begin_work",
    "confirm_import",
    "decide_export",
    "drop_import",
    "end_checking",
    "end_import",
    "forget_imports",
    "note_written",
    "refuse_import",
    "refuse_row",
    "start_again",
    "store_rows",
    "sweep_imports",
    "take_export",
    "upload",
    "write_row",
]
