"""Corpora in files: read, tagged and written within a budget of memory, part by part."""

from slugline.files.plan import CannotResume
from slugline.files.progress import FilesProgress
from slugline.files.report import Problem, Report
from slugline.files.tagging import tag_files
from slugline.files.writing.lock import OutputInUse

__all__ = ["CannotResume", "FilesProgress", "OutputInUse", "Problem", "Report", "tag_files"]
