"""A study of tariff models as files: a workbook with everything, a Word document to read."""

from rammevaerk.exchange.study_report.content import (
    Cell,
    Heading,
    HeadingKind,
    Picture,
    ReportTable,
    StudyReport,
)
from rammevaerk.exchange.study_report.word import write_word
from rammevaerk.exchange.study_report.workbook import write_workbook

__all__ = [
    "Cell",
    "Heading",
    "HeadingKind",
    "Picture",
    "ReportTable",
    "StudyReport",
    "write_word",
    "write_workbook",
]
