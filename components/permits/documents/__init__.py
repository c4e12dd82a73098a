"""Papers: data in, bytes out. See printing, checks (what may be printed), inspect (what an uploaded PDF is worth)."""
import importlib

OFFERED = {"Fault": "checks", "RenderFault": "checks", "check": "checks", "Paper": "printing", "compose": "printing", "render": "printing"}


def __getattr__(name: str) -> object:
    """`from components.permits.documents import compose` without loading the printing library for those who only inspect."""
    if name not in OFFERED:
        raise AttributeError(name)
    value = getattr(importlib.import_module(f"{__name__}.{OFFERED[name]}"), name)
    globals()[name] = value
    return value
