"""What embeds, over an indexed workspace and a scripted server that has an embedding model."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.completion.rest import Rest
from holdfast.embedding_part import EmbeddingPart, build_embedding
from holdfast.index.index_once import index_once
from holdfast.index.retrieval.findings import Findings
from holdfast.index.retrieval.query import RetrievalQuery
from holdfast.inference.endpoint_policy import allowed_endpoint
from holdfast.inference.ollama.client import OllamaServer
from holdfast.locations import Locations
from holdfast.settings import Settings
from holdfast.workspace_folder import Workspace, WorkspaceFolder
from scripted_models import ScriptedModel
from scripted_ollama import ScriptedOllama

EMBEDDER = ScriptedModel(name="toy-embed:latest", family="bert", capabilities=("embedding",), special=())
INVOICES = (
    "def collect_outstanding(invoice, customer):\n    reminder = invoice.remind(customer)\n    return reminder.amount\n"
)
FILES = {
    "billing.py": INVOICES,
    "weather.py": "def forecast_rain(cloud, pressure):\n    humidity = cloud.water(pressure)\n    return humidity > 80\n",
    "music.py": "def tune_violin(string, pitch):\n    tension = string.tighten(pitch)\n    return tension.hertz\n",
}
ABOUT_INVOICES = (
    "# invoicing: customers get reminders of amounts outstanding\ninvoices = customers_with_reminders\nx = "
)
"""Lines that share no whole identifier with billing.py."""


@dataclass
class Window:
    """A workspace whose vectors are in `cache`; used where a loop runs."""

    root: Path
    locations: Locations
    ollama: ScriptedOllama
    settings: dict[str, object] = field(default_factory=dict)
    is_resting: Rest = field(default_factory=lambda: Rest(seconds=0.0))
    part: EmbeddingPart | None = None
    folder: WorkspaceFolder | None = None

    def write(self, name: str, text: str) -> None:
        """Write a file, and bring the index up to date."""
        (self.root / name).write_text(text)
        self.index()

    def index(self) -> None:
        """Bring the index up to date."""
        index_once(self.root, self.locations.workspace_cache(self.root), lambda _: None)

    def build(self) -> EmbeddingPart | None:
        """Build what the settings ask for."""
        values = {"endpoint": self.ollama.endpoint, "embedding_model": "toy-embed", **self.settings}
        self.folder = WorkspaceFolder(self.root, self.locations, manifest_file=None)
        settings = Settings.model_validate(values)
        self.part = build_embedding(
            settings,
            Workspace((self.folder,)),
            self.is_resting,
            lambda: OllamaServer(allowed_endpoint(settings.endpoint), timeout_ms=settings.timeout_ms),
        )
        return self.part

    async def embed(self, pieces: int) -> None:
        """Build, begin, and wait until so many pieces are embedded."""
        part = self.build()
        assert part is not None
        part.start()
        await until(lambda: part.count >= pieces)

    async def find(self, before: str = ABOUT_INVOICES, path: str = "new.py") -> Findings:
        """What is found at the end of a text, asked from a worker thread as a gathering asks."""
        folder = self.folder
        assert folder is not None
        return await asyncio.to_thread(folder.retrieval.find, RetrievalQuery(path, "python", before, ""))

    async def aclose(self) -> None:
        """Close what was built."""
        if self.part is not None:
            await self.part.aclose()
        if self.folder is not None:
            self.folder.close()
        self.part = self.folder = None

    @property
    def embedded(self) -> list[str]:
        """Every text the server was sent, in order."""
        inputs = [request.body["input"] for request in self.ollama.received("/api/embed")]
        return [str(text) for texts in inputs if isinstance(texts, list) for text in texts]


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that comes soon, and that nobody tells of."""
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - it happens in another thread or process
            await asyncio.sleep(0.01)


def make_window(folder: Path, ollama: ScriptedOllama) -> Window:
    """The window on FILES, indexed."""
    root = folder / "workspace"
    root.mkdir()
    for name, text in FILES.items():
        (root / name).write_text(text)
    window = Window(root, Locations(data=folder / "data", cache=folder / "cache"), ollama)
    window.index()
    return window
