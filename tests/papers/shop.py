"""A workshop whose storage is a folder: jobs of papers need no more."""

from pathlib import Path


class FolderShop:
    """home: where the authority's directory lies. kept: what was stored, by its key."""

    def __init__(self, home: Path, folder: Path):
        self.home, self.folder = home, folder

    def fetch(self, bucket: str, path: str) -> bytes:
        return (self.folder / bucket / path).read_bytes()

    def keep(self, bucket: str, path: str, content: bytes, mime: str) -> None:
        file = self.folder / bucket / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
