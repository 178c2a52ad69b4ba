"""The action plan as an Excel workbook: written, and read again with every problem placed."""

from rammevaerk.exchange.action_plan.workbook.problems import BrokenWorkbook, CellProblem
from rammevaerk.exchange.action_plan.workbook.reading import ReadPlan, ReadRow, read
from rammevaerk.exchange.action_plan.workbook.writing import UnwritablePlan, write

__all__ = [
    "BrokenWorkbook",
    "CellProblem",
    "ReadPlan",
    "ReadRow",
    "UnwritablePlan",
    "read",
    "write",
]
