"""The folder of a copy, asked with all retrievers, with some of them, or with others."""

from collections.abc import Mapping

from holdfast.evaluation.workspace_copy import WorkspaceCopy
from holdfast.index.retrieval.evidence import Retriever
from holdfast.index.retrieval.find import Retrieval
from holdfast.workspace_folder import WorkspaceFolder


class AskedFolder(WorkspaceFolder):
    """A folder of the workspace whose context comes from these retrievers alone."""

    def __init__(self, copy: WorkspaceCopy, manifest_file: str | None, retrievers: Mapping[str, Retriever]) -> None:
        super().__init__(copy.root, copy.locations, manifest_file=manifest_file)
        self.retrieval = Retrieval(self.reader, retrievers)
